/** No test waits longer than this for anything. */
const DEADLINE_MS = 15_000

export interface ServerEvent {
  id: string | undefined
  event: string
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  data: any
}

export interface OpenedStream {
  status: number
  headers: Headers
  /** The next so many events; fails when the stream ends before, or does not bring them in time. */
  take(count: number): Promise<ServerEvent[]>
  next(): Promise<ServerEvent>
  /** Resolves when the server has ended the stream, with what came until then; fails when it does not end in time. */
  ended(): Promise<ServerEvent[]>
  /** Hangs up. */
  close(): void
}

/** Opens a stream of server-sent events; resolves once its head is there. */
export async function openStream(
  url: string,
  { token, headers = {} }: { token?: string; headers?: Record<string, string> } = {},
): Promise<OpenedStream> {
  const hangUp = new AbortController()
  const answer = await withDeadline(
    'the head of the stream',
    fetch(url, {
      headers: {
        accept: 'text/event-stream',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      signal: hangUp.signal,
    }),
  )
  const events = eventsIn(answer)

  async function take(count: number): Promise<ServerEvent[]> {
    const taken: ServerEvent[] = []
    while (taken.length < count) {
      const { value, done } = await withDeadline(`event ${taken.length + 1} of ${count}`, events.next())
      if (done) throw new Error(`The stream ended after ${taken.length} of ${count} events.`)
      taken.push(value)
    }
    return taken
  }

  return {
    status: answer.status,
    headers: answer.headers,
    take,
    next: async () => (await take(1))[0] as ServerEvent,
    ended: () => withDeadline('the end of the stream', Array.fromAsync(events)),
    close: () => hangUp.abort(),
  }
}

async function* eventsIn(answer: Response): AsyncGenerator<ServerEvent, undefined> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of answer.body ?? []) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const event = parse(block)
      if (event) yield event
    }
  }
}

/** Comments and bare `retry` are no events. */
function parse(block: string): ServerEvent | null {
  const fields = new Map(
    block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]),
  )
  const data = fields.get('data')
  if (data === undefined) return null
  return { id: fields.get('id'), event: fields.get('event') ?? 'message', data: JSON.parse(data) }
}

export async function withDeadline<Result>(what: string, awaited: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited too long for ${what}.`)), DEADLINE_MS)
  })
  try {
    return await Promise.race([awaited, late])
  } finally {
    clearTimeout(timer)
  }
}
