import type { Answer, Input as InputOf, Item, ListOperation, Operation } from './operations.ts'
import { type Extras, type Input, prepare } from './request.ts'
import { follow, type StreamEvent, type StreamOptions, type Streams } from './stream.ts'
import type { Tokens } from './tokens.ts'
import { type ClientOptions, createTransport } from './transport.ts'

export type CallOptions<Name extends Operation> = InputOf<Name> & Extras

/** Required where the operation needs something. */
type Arguments<Name extends Operation> =
  Record<never, never> extends InputOf<Name> ? [options?: CallOptions<Name>] : [options: CallOptions<Name>]

export type Client = ReturnType<typeof createClient>

/**
 * Speaks to one server as one caller. Refusals are thrown as `Problem`. Reads, and writes with their Idempotency-Key, are tried
 * again when the server cannot be reached or is overloaded. An access token that ran out is renewed without the caller noticing.
 */
export function createClient(options: ClientOptions = {}) {
  const { once, untilRead, session } = createTransport(options)

  function call<Name extends Operation>(operation: Name, ...[input]: Arguments<Name>): Promise<Answer<Name>> {
    return untilRead(prepare(operation, (input ?? {}) as Input), contentOf<Answer<Name>>)
  }

  /** The pages of a list, each asked for when it is wanted. */
  async function* pages<Name extends ListOperation>(operation: Name, input?: CallOptions<Name>) {
    const { query = {}, ...rest } = (input ?? {}) as Input
    let cursor = query['cursor']
    do {
      const request = prepare(operation, { ...rest, query: { ...query, cursor } })
      const page = await untilRead(request, contentOf<Answer<Name>>)
      yield page
      cursor = page.next_cursor ?? undefined
    } while (cursor !== undefined)
  }

  return {
    call,
    pages,

    /** The answer as it came, for its headers or a body of any length. */
    async response<Name extends Operation>(operation: Name, ...[input]: Arguments<Name>): Promise<Response> {
      return untilRead(prepare(operation, (input ?? {}) as Input), async (answer) => answer)
    },

    /** What stands on the pages of a list, one after the other. */
    async *items<Name extends ListOperation>(operation: Name, input?: CallOptions<Name>) {
      for await (const page of pages(operation, input)) yield* page.items as Item<Name>[]
    },

    /** Live events; see `follow`. Give a signal to end it while it waits. */
    stream<Path extends keyof Streams>(path: Path, streaming: StreamOptions = {}) {
      const open = (lastEventId: string | undefined, signal: AbortSignal) => {
        const place = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
        return once(prepare(`GET ${path}`, { headers: { accept: 'text/event-stream', ...place }, signal }))
      }
      return follow(open, streaming) as AsyncGenerator<StreamEvent<Path>, never>
    },

    ...sessionCalls(call, session),
  }
}

type Session = ReturnType<typeof createTransport>['session']
type Call = <Name extends Operation>(operation: Name, ...input: Arguments<Name>) => Promise<Answer<Name>>

function sessionCalls(call: Call, session: Session) {
  return {
    /** Signs in and stays so: every further call is this person's. */
    async signIn(body: InputOf<'POST /api/v1/auth/login'>['body']) {
      const signedIn = await call('POST /api/v1/auth/login', { body })
      await session.replace(signedIn)
      return signedIn.user
    },

    /** Goes on as whom these tokens are: what registering and setting up answer with. */
    begin: (tokens: Tokens): Promise<void> => session.replace(tokens),

    isSignedIn: async (): Promise<boolean> => (await session.accessToken()) !== null,

    /** Ends the session at the server; here it is over in any case. */
    async signOut(): Promise<void> {
      try {
        await call('POST /api/v1/auth/logout')
      } finally {
        await session.replace(null)
      }
    },
  }
}

/** JSON as what it says, text as text, anything else as a Blob. */
async function contentOf<Content>(answer: Response): Promise<Content> {
  const type = answer.headers.get('content-type') ?? ''
  if (answer.status === 204) return undefined as Content
  if (/^application\/([\w.-]+\+)?json\b/.test(type)) return (await answer.json()) as Content
  return (type.startsWith('text/') ? await answer.text() : await answer.blob()) as Content
}
