import { tooMany } from '../../kit/errors.ts'
import type { Cache, Count } from '../../platform/cache/index.ts'
import { hashSecret } from './secrets.ts'

const WINDOW_SECONDS = 15 * 60
/** Wrong passwords for one account: enough for a person, too few for a dictionary. */
const FAILURES_PER_ACCOUNT = 10
/** From one address, over all accounts: an office behind one address signs in well within it. */
const FAILURES_PER_ADDRESS = 100

/** Of a known account its id, so that its name and its address are one; else what was typed, in its folded form. */
export type Target = { userId: number } | { unknown: string }

/** Counts failures only. Each of the calls throws `login_throttled`. */
export function createLoginThrottle(cache: Cache) {
  return {
    async begin(target: Target, address: string) {
      const account = `login:account:${'userId' in target ? `id:${target.userId}` : `name:${hashSecret(target.unknown)}`}`
      const from = `login:address:${networkOf(address)}`
      const counted = (key: string, amount: number) => cache.count(key, WINDOW_SECONDS, amount)
      refuseAbove(FAILURES_PER_ADDRESS - 1, await counted(from, 0))
      refuseAbove(FAILURES_PER_ACCOUNT - 1, await counted(account, 0))
      return {
        async failed() {
          await counted(from, 1)
          refuseAbove(FAILURES_PER_ACCOUNT, await counted(account, 1))
        },
        /** Guesses sent at once all began before the first of them failed: too late, the right one is not told from the others. */
        async succeeded() {
          refuseAbove(FAILURES_PER_ACCOUNT - 1, await counted(account, 0))
        },
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

/** Whoever has one IPv6 address has the 2^64 of its network (RFC 6177). */
function networkOf(address: string): string {
  const [, mapped] = /^::ffff:([\d.]+)$/i.exec(address) ?? []
  if (mapped !== undefined || !address.includes(':')) return mapped ?? address
  const [head = '', tail] = address.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const zeros = tail === undefined ? 0 : 8 - head.length - tail.length
  const groups = [...head, ...Array<string>(zeros).fill('0'), ...(tail ?? [])]
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16))
    .join(':')
}
