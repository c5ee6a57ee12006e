import { tooMany } from '../../kit/errors.ts'
import type { Cache, Count } from '../../platform/cache/index.ts'

const WINDOW_SECONDS = 15 * 60
/** Wrong passwords for one account: enough for a person, too few for a dictionary. */
const FAILURES_PER_ACCOUNT = 10
/** From one address, over all accounts: an office behind one address signs in well within it. */
const FAILURES_PER_ADDRESS = 100

/**
 * An account's attempts are counted before the password is checked, so that guesses sent at once do not slip through, and
 * success is taken off again. An address pays for failures only: many may sign in from one at the same time.
 */
export function createLoginThrottle(cache: Cache) {
  return {
    /** Throws `login_throttled`. */
    async begin(login: string, address: string) {
      const account = `login:account:${login.toLowerCase()}`
      const from = `login:address:${address}`
      refuseAbove(FAILURES_PER_ADDRESS - 1, await cache.count(from, WINDOW_SECONDS, 0))
      refuseAbove(FAILURES_PER_ACCOUNT, await cache.count(account, WINDOW_SECONDS))
      return {
        succeeded: () => cache.count(account, WINDOW_SECONDS, -1),
        failed: () => cache.count(from, WINDOW_SECONDS),
      }
    },
  }
}

export type LoginThrottle = ReturnType<typeof createLoginThrottle>

function refuseAbove(max: number, { count, resetSeconds }: Count): void {
  if (count <= max) return
  throw tooMany(
    'login_throttled',
    'Too many failed attempts to sign in. Wait before you try again.',
    resetSeconds,
  )
}
