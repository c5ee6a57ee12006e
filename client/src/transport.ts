import { orAborted } from './pause.ts'
import { type Problem, problemOf } from './problem.ts'
import { type PreparedRequest, prepare } from './request.ts'
import { withRetries } from './retries.ts'
import { createSession } from './session.ts'
import { memoryTokens, type TokenStore, type Tokens } from './tokens.ts'

export interface ClientOptions {
  /** `https://loggia.example.org`. Unset: where the page came from. */
  address?: string
  /** An API key. Unset: whoever signs in. */
  apiKey?: string
  /** Unset: in memory. */
  tokens?: TokenStore
  /** How often a request is tried again that may be repeated without harm. Unset: 3 times. */
  retries?: number
  /** The session was ended by the server: it ran out, or was ended elsewhere. */
  onSessionEnded?: (problem: Problem) => void
  fetch?: typeof fetch
}

/** A renewal is waited for by others, in other tabs too. */
const EXCHANGE_MS_MAX = 15_000
const REFRESH = 'POST /api/v1/auth/refresh'

/** Carries requests to the server as its caller, whose access token it renews when it ran out. Throws refusals as `Problem`. */
export function createTransport(options: ClientOptions) {
  const { apiKey, retries = 3, fetch = globalThis.fetch } = options
  const address = (options.address ?? '').replace(/\/+$/, '')
  const session = createSession({
    store: options.tokens ?? memoryTokens(),
    exchange,
    onEnded: options.onSessionEnded,
  })

  async function exchange(refresh_token: string): Promise<Tokens> {
    const signal = AbortSignal.timeout(EXCHANGE_MS_MAX)
    const request = prepare(REFRESH, { body: { refresh_token }, signal, idempotencyKey: null })
    // The server gives a refresh token that was just rotated its one child again, so a lost answer may be asked for anew.
    return withRetries(async () => (await (await send(request, null)).json()) as Tokens, { retries, signal })
  }

  async function send({ path, init }: PreparedRequest, token: string | null): Promise<Response> {
    const headers = token === null ? init.headers : { authorization: `Bearer ${token}`, ...init.headers }
    const answer = await fetch(address + path, { ...init, headers })
    if (!answer.ok) throw await problemOf(answer)
    return answer
  }

  /** Once; an outdated token that is renewed does not count. */
  async function once(request: PreparedRequest): Promise<Response> {
    const token = apiKey ?? (await session.accessToken())
    try {
      return await send(request, token)
    } catch (error) {
      if (apiKey !== undefined || token === null || !isOutdated(error)) throw error
      const renewed = await orAborted(session.renew(token), request.init.signal)
      if (renewed === null) throw error
      return send(request, renewed)
    }
  }

  /** As often as needed and harmless, until the answer is read whole. */
  function untilRead<Result>(
    request: PreparedRequest,
    read: (answer: Response) => Promise<Result>,
  ): Promise<Result> {
    const tries = { retries: request.repeatable ? retries : 0, signal: request.init.signal }
    return withRetries(async () => read(await once(request)), tries)
  }

  return { once, untilRead, session }
}

/** Not for one that must be fresh, which only a password brings. */
function isOutdated(error: unknown): boolean {
  const { status, code } = error as Partial<Problem>
  return status === 401 && code?.startsWith('token_') === true
}
