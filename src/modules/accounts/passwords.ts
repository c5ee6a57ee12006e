import { pbkdf2, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { hash as argon2, verify as verifyArgon2 } from '@node-rs/argon2'
import { createBoundedQueue } from '../../kit/bounded-queue.ts'
import { unavailable } from '../../kit/errors.ts'

/** OWASP's argon2id setting of 19 MiB (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html). */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const CURRENT = `$argon2id$v=19$m=${ARGON2ID.memoryCost},t=${ARGON2ID.timeCost},p=${ARGON2ID.parallelism}$`

/**
 * Hashes run on libuv's threads beside the event loop: more at once than cores only makes each slower, and of the four that
 * there are one stays free for files.
 */
const CONCURRENCY = Math.min(availableParallelism(), 3)
/** About a second of hashing. Who comes later is told to come back rather than left waiting. */
const WAITING_MAX = 64 * CONCURRENCY

export interface Verdict {
  matches: boolean
  /** The stored hash is of an older kind, and the password is at hand to make a new one. */
  outdated: boolean
}

/** argon2id behind a bounded queue; `login_busy` (503) when it is full. Checks PBKDF2 and bcrypt hashes of other systems, too. */
export function createPasswords() {
  const run = createBoundedQueue({ concurrency: CONCURRENCY, waitingMax: WAITING_MAX, refusal: busy })
  let decoy: Promise<string> | undefined

  return {
    hash: (password: string): Promise<string> => run(() => argon2(password, ARGON2ID)),

    async verify(password: string, stored: string): Promise<Verdict> {
      const matches = await run(() => check(password, stored))
      return { matches, outdated: matches && !stored.startsWith(CURRENT) }
    },

    /** Takes as long as a wrong password does, so that an unknown name cannot be told from a known one. */
    async verifyNobody(password: string): Promise<void> {
      decoy ??= argon2('nobody', ARGON2ID)
      const stored = await decoy
      await run(() => check(password, stored))
    },
  }
}

export type Passwords = ReturnType<typeof createPasswords>

function busy() {
  const sentence = 'Too many people are signing in at this moment. Try again in a few seconds.'
  return unavailable('login_busy', sentence, 2)
}

async function check(password: string, stored: string): Promise<boolean> {
  if (stored.startsWith('$argon2')) return verifyArgon2(stored, password)
  if (/^\$2[aby]\$/.test(stored)) return (await import('@node-rs/bcrypt')).verify(password, stored)
  return checkPbkdf2(password, stored)
}

const ARGON2 = /^\$argon2(id|i|d)(\$v=\d+)?\$m=\d+,t=\d+,p=\d+(\$[\w+/]+){2}$/
const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[\w./]{53}$/

/** Which stored hashes `verify` understands. */
export function isKnownHash(stored: string): boolean {
  return ARGON2.test(stored) || BCRYPT.test(stored) || readPbkdf2(stored) !== null
}

async function checkPbkdf2(password: string, stored: string): Promise<boolean> {
  const parts = readPbkdf2(stored)
  if (parts === null) return false
  const { digest, iterations, salt, expected } = parts
  const actual = await promisify(pbkdf2)(password, salt, iterations, expected.length, digest)
  return timingSafeEqual(actual, expected)
}

/** Django writes `pbkdf2_sha256$rounds$salt$base64`, passlib `$pbkdf2-sha256$rounds$salt$base64` with `.` for `+`, and no digest for SHA-1. */
function readPbkdf2(stored: string) {
  const [, digest = 'sha1', rounds, salt = '', checksum = ''] =
    /^\$?pbkdf2(?:[-_](sha1|sha256|sha512))?\$([1-9]\d{0,7})\$([^$]+)\$([\w+/.=]+)$/.exec(stored) ?? []
  if (rounds === undefined) return null
  const passlib = stored.startsWith('$')
  const expected = Buffer.from(checksum.replaceAll('.', '+'), 'base64')
  const saltBytes = passlib ? Buffer.from(salt.replaceAll('.', '+'), 'base64') : Buffer.from(salt)
  return expected.length === 0 ? null : { digest, iterations: Number(rounds), salt: saltBytes, expected }
}
