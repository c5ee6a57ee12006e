import { pause } from './pause.ts'
import { Problem } from './problem.ts'

const BACKOFF_MS = 250
/** Whoever is told to come back later than this is better told so at once. */
const RETRY_AFTER_MS_MAX = 30_000
const COME_AGAIN = [429, 502, 503, 504]

/**
 * Tries up to `retries` times more when the server cannot be reached, is overloaded, or still carries out the same request.
 * For requests that may be repeated without harm only. Throws what the last try threw.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { retries, signal }: { retries: number; signal?: AbortSignal | null | undefined },
): Promise<Result> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt()
    } catch (error) {
      const waitMs = failures < retries && !signal?.aborted ? waitBefore(error, failures) : null
      if (waitMs === null) throw error
      await pause(waitMs, signal)
    }
  }
}

/** Null: another try would end the same, or would come too late. */
function waitBefore(error: unknown, failures: number): number | null {
  const backoffMs = BACKOFF_MS * 2 ** failures * (0.5 + Math.random() / 2)
  if (!(error instanceof Problem)) return isOfTheNetwork(error) ? backoffMs : null
  if (!COME_AGAIN.includes(error.status) && error.code !== 'idempotency_in_progress') return null
  const { retryAfterMs } = error
  if (retryAfterMs === null) return backoffMs
  return retryAfterMs <= RETRY_AFTER_MS_MAX ? retryAfterMs + backoffMs : null
}

/** `fetch` throws a TypeError for whatever goes wrong between here and the server, and so does a body that breaks off. */
export function isOfTheNetwork(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof DOMException && error.name === 'TimeoutError')
}
