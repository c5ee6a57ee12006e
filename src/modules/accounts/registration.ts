import { conflict, tooMany } from '../../kit/errors.ts'
import type { Cache } from '../../platform/cache/index.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import { type SignedIn, signedIn } from './accounts.ts'
import type { Credentials } from './credentials.ts'
import { assertAcceptable, readImport } from './newcomer-check.ts'
import { type IssuedToken, linkInvalid, type OneTimeTokens } from './one-time-tokens.ts'
import type { Passwords } from './passwords.ts'
import type { NewPerson, People, Person } from './people.ts'
import type { Registration, Setup } from './schemas.ts'
import type { Device, Sessions } from './sessions.ts'
import type { Tokens } from './tokens.ts'

export interface RegistrationOptions {
  db: Database
  cache: Cache
  people: People
  passwords: Passwords
  credentials: Credentials
  sessions: Sessions
  oneTimeTokens: OneTimeTokens
  tokens: Tokens
  accessTokenSeconds: number
  /** In the registering transaction. `verification` is `null` for somebody without an address. */
  onRegistered: (tx: Transaction, person: Person, verification: IssuedToken | null) => Promise<void>
}

/** Mails that somebody can have us send to an address that may not be theirs. */
const VERIFICATIONS_PER_HOUR = 3
const VERIFY_SECONDS = 3 * 24 * 3600
const SETUP_SECONDS = 24 * 3600

export function createRegistration(options: RegistrationOptions) {
  const { db, cache, people, passwords, sessions, tokens, oneTimeTokens } = options

  /** `assertAllowed` runs first in the transaction that makes the account. */
  async function signUp(
    newcomer: NewPerson & { password: string },
    device: Device,
    assertAllowed: (tx: Transaction) => Promise<void>,
  ): Promise<SignedIn> {
    const hash = await passwords.hash(newcomer.password)
    const sign = await tokens.signer()
    return db.write(async (tx) => {
      await assertAllowed(tx)
      const person = await admit(options, tx, newcomer, hash)
      const session = sessions.draft(person.id, device)
      await sessions.store(tx, session)
      return signedIn(sign, options, { person, session, fresh: true })
    })
  }

  return {
    register(chosen: Registration, locale: string, device: Device) {
      const { username, password, email = null, gender = null } = chosen
      return signUp({ username, password, email, gender, role: 'user', locale }, device, async () => {})
    },

    /** The first administrator, by the link that the server prints while there is none. */
    async setup({ token, ...chosen }: Setup, locale: string, device: Device) {
      await oneTimeTokens.assertLive(db.read, 'setup', token)
      const { username, password, email = null } = chosen
      const newcomer = { username, password, email, gender: null, role: 'admin' as const, locale }
      return signUp(newcomer, device, async (tx) => {
        await oneTimeTokens.consume(tx, 'setup', token)
        if (await people.anyAdmin(tx)) throw linkInvalid()
      })
    },

    /** A token for that link, or `null` when there is an administrator already. */
    async setupToken(): Promise<string | null> {
      if (await people.anyAdmin(db.read)) return null
      const nobody = { userId: null, email: null }
      return (await db.write((tx) => oneTimeTokens.issue(tx, 'setup', nobody, SETUP_SECONDS))).token
    },

    /** For the command line. Throws a sentence for what cannot be taken. */
    async createAccount(newcomer: NewPerson, { password }: { password: string }): Promise<Person> {
      await assertAcceptable({ ...newcomer, password })
      const hash = await passwords.hash(password)
      return db.write((tx) => admit(options, tx, newcomer, hash))
    },

    /** For the start: processes that start together make one. */
    async ensureAdmin({ username, password }: { username: string; password: string }): Promise<void> {
      if (await people.anyAdmin(db.read)) return
      const newcomer = { username, email: null, gender: null, role: 'admin' as const, locale: 'en' }
      await assertAcceptable({ ...newcomer, password })
      const hash = await passwords.hash(password)
      await db.write(async (tx) => {
        if (!(await people.anyAdmin(tx))) await admit(options, tx, newcomer, hash)
      })
    },

    /** Throws a sentence for what cannot be taken. */
    async importAccount(record: unknown): Promise<void> {
      const { password_hash, ...named } = await readImport(record)
      const newcomer = { ...named, gender: null, role: 'user' as const, locale: 'en' }
      await db.write((tx) => enter(options, tx, newcomer, password_hash))
    },

    async verifyEmail(token: string): Promise<void> {
      await db.write(async (tx) => {
        const { userId, email } = await oneTimeTokens.consume(tx, 'verify_email', token)
        if (userId === null || email === null || !(await people.confirmEmail(tx, userId, email)))
          throw linkInvalid()
      })
    },

    /** Another link, for the address as it is now. Throws `email_missing`, `verification_throttled`. */
    async resendVerification(userId: number): Promise<void> {
      const asked = await people.byId(db.read, userId)
      if (asked?.email == null) throw noAddress()
      const { count, resetSeconds } = await cache.count(`verification:${asked.email.toLowerCase()}`, 3600)
      if (count > VERIFICATIONS_PER_HOUR) throw tooManyMails(resetSeconds)
      await db.write(async (tx) => {
        const person = await people.byId(tx, userId)
        if (person?.email == null) throw noAddress()
        await options.onRegistered(tx, person, await issueVerification(options, tx, person))
      })
    },
  }
}

export type RegistrationDesk = ReturnType<typeof createRegistration>

/** Who registers is welcomed, and asked to confirm the address. */
async function admit(
  options: RegistrationOptions,
  tx: Transaction,
  newcomer: NewPerson,
  hash: string,
): Promise<Person> {
  const person = await enter(options, tx, newcomer, hash)
  const verification = person.email === null ? null : await issueVerification(options, tx, person)
  await options.onRegistered(tx, person, verification)
  return person
}

/** Who is taken over from another system knows nothing of us yet, and gets no mail. */
async function enter(
  { people, credentials }: RegistrationOptions,
  tx: Transaction,
  newcomer: NewPerson,
  hash: string,
): Promise<Person> {
  const person = await people.create(tx, newcomer)
  await credentials.store(tx, person.id, hash)
  return person
}

function issueVerification(
  { oneTimeTokens }: RegistrationOptions,
  tx: Transaction,
  { id, email }: Person,
): Promise<IssuedToken> {
  return oneTimeTokens.issue(tx, 'verify_email', { userId: id, email }, VERIFY_SECONDS)
}

function noAddress() {
  return conflict('email_missing', 'Your account has no e-mail address.')
}

function tooManyMails(retryAfterSeconds: number) {
  const sentence = 'Several confirmations were sent within the hour. Look for them before you ask for more.'
  return tooMany('verification_throttled', sentence, retryAfterSeconds)
}
