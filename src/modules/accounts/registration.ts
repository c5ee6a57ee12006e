import type { Database, Transaction } from '../../platform/database/index.ts'
import { type SignedIn, signedIn } from './accounts.ts'
import type { EmailConfirmation } from './confirmation.ts'
import type { Credentials } from './credentials.ts'
import { assertAcceptable, readImport } from './newcomer-check.ts'
import { type IssuedToken, linkInvalid, type OneTimeTokens } from './one-time-tokens.ts'
import type { Passwords } from './passwords.ts'
import type { NewPerson, People, Person } from './people.ts'
import type { Registration, Setup } from './schemas.ts'
import type { Device, Sessions, SessionTerms } from './sessions.ts'
import type { Tokens } from './tokens.ts'

export interface RegistrationOptions {
  db: Database
  people: People
  passwords: Passwords
  credentials: Credentials
  sessions: Sessions
  oneTimeTokens: OneTimeTokens
  confirmation: EmailConfirmation
  tokens: Tokens
  accessTokenSeconds: number
  /** In the registering transaction. `verification` is `null` for somebody without an address. */
  onRegistered: (tx: Transaction, person: Person, verification: IssuedToken | null) => Promise<void>
}

const SETUP_SECONDS = 24 * 3600

type Newcomer = Registration & Pick<NewPerson, 'stats' | 'given_name' | 'family_name'>

export function createRegistration(options: RegistrationOptions) {
  const { db, people, passwords, sessions, tokens, oneTimeTokens } = options

  /** `assertAllowed` runs first in the transaction that makes the account. */
  async function signUp(
    newcomer: NewPerson & { password: string },
    entry: { device: Device; terms?: SessionTerms; assertAllowed?: (tx: Transaction) => Promise<void> },
  ): Promise<SignedIn> {
    const { device, terms = {}, assertAllowed } = entry
    const hash = await passwords.hash(newcomer.password)
    const sign = await tokens.signer()
    return db.write(async (tx) => {
      await assertAllowed?.(tx)
      const person = await admit(options, tx, newcomer, hash)
      const session = sessions.draft(person.id, device, terms)
      await sessions.store(tx, session)
      const accessTokenSeconds = terms.accessSeconds ?? options.accessTokenSeconds
      const kind = { accessTokenSeconds, moreClaims: terms.moreClaims }
      return signedIn(sign, kind, { person, session, fresh: true })
    })
  }

  return {
    register(chosen: Newcomer, locale: string, device: Device, terms?: SessionTerms) {
      const { username, password, email = null, gender = null, stats = {} } = chosen
      return signUp(
        { username, password, email, gender, stats, role: 'user', locale },
        { device, ...(terms ? { terms } : {}) },
      )
    },

    /** An account without a sign-in. Throws `username_taken` or `email_taken`. */
    async enroll({ password, ...chosen }: Newcomer, locale: string): Promise<Person> {
      const hash = await passwords.hash(password)
      const newcomer = { email: null, gender: null, ...chosen, role: 'user' as const, locale }
      return db.write((tx) => admit(options, tx, newcomer, hash))
    },

    /** Which of the members somebody else has: for a form that tells both at once; `enroll` decides. */
    async taken({ username, email }: { username: string; email: string }) {
      const members: ('username' | 'email')[] = []
      if (await people.byLogin(db.read, username)) members.push('username')
      if (await people.byLogin(db.read, email)) members.push('email')
      return members
    },

    /** The first administrator, by the link that the server prints while there is none. */
    async setup({ token, ...chosen }: Setup, locale: string, device: Device) {
      await oneTimeTokens.assertLive(db.read, 'setup', token)
      const { username, password, email = null } = chosen
      const newcomer = { username, password, email, gender: null, role: 'admin' as const, locale }
      const assertAllowed = async (tx: Transaction) => {
        await oneTimeTokens.consume(tx, 'setup', token)
        if (await people.anyAdmin(tx)) throw linkInvalid()
      }
      return signUp(newcomer, { device, assertAllowed })
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
  const verification = person.email === null ? null : await options.confirmation.issue(tx, person)
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
