import type { Clock } from '../../kit/clock.ts'
import { conflict } from '../../kit/errors.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import { type SignedIn, signedIn } from './accounts.ts'
import type { Credentials } from './credentials.ts'
import { linkInvalid, type OneTimeTokens } from './one-time-tokens.ts'
import { isKnownHash, type Passwords } from './passwords.ts'
import type { NewPerson, People, Person } from './people.ts'
import type { Registration, Setup } from './schemas.ts'
import type { Device, Sessions } from './sessions.ts'
import type { Tokens } from './tokens.ts'

export interface RegistrationOptions {
  db: Database
  clock: Clock
  people: People
  passwords: Passwords
  credentials: Credentials
  sessions: Sessions
  oneTimeTokens: OneTimeTokens
  tokens: Tokens
  accessTokenSeconds: number
  /** In the registering transaction. `verifyToken` is `null` for somebody without an address. */
  onRegistered: (tx: Transaction, person: Person, verifyToken: string | null) => Promise<void>
}

const VERIFY_SECONDS = 3 * 24 * 3600
const SETUP_SECONDS = 24 * 3600

export function createRegistration(options: RegistrationOptions) {
  const { db, people, passwords, sessions, tokens, oneTimeTokens } = options

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
    register({ username, password, email, gender }: Registration, locale: string, device: Device) {
      const newcomer = {
        username,
        password,
        email: email ?? null,
        gender: gender ?? null,
        role: 'user' as const,
        locale,
      }
      return signUp(newcomer, device, async () => {})
    },

    /** The first administrator, by the link that the server prints while there is none. */
    setup({ token, username, password, email }: Setup, locale: string, device: Device) {
      const newcomer = {
        username,
        password,
        email: email ?? null,
        gender: null,
        role: 'admin' as const,
        locale,
      }
      return signUp(newcomer, device, async (tx) => {
        await oneTimeTokens.consume(tx, 'setup', token)
        if (await people.anyAdmin(tx)) throw linkInvalid()
      })
    },

    /** A token for that link, or `null` when there is an administrator already. */
    async setupToken(): Promise<string | null> {
      if (await people.anyAdmin(db.read)) return null
      return db.write((tx) => oneTimeTokens.issue(tx, 'setup', { userId: null, email: null }, SETUP_SECONDS))
    },

    /** For the command line and the first start. `passwordHash` may come from another system. */
    async createAccount(
      newcomer: NewPerson,
      secret: { password: string } | { passwordHash: string },
    ): Promise<Person> {
      const hash = 'password' in secret ? await passwords.hash(secret.password) : secret.passwordHash
      return db.write((tx) => admit(options, tx, newcomer, hash))
    },

    /** Somebody of another system, with the hash that it kept. Throws a sentence for what cannot be taken. */
    async importAccount(record: unknown): Promise<void> {
      const { username, email, password_hash } = readImport(record)
      const newcomer = { username, email, gender: null, role: 'user' as const, locale: 'en' }
      await this.createAccount(newcomer, { passwordHash: password_hash })
    },

    async verifyEmail(token: string): Promise<void> {
      await db.write(async (tx) => {
        const { userId, email } = await oneTimeTokens.consume(tx, 'verify_email', token)
        if (userId === null || email === null || !(await people.confirmEmail(tx, userId, email)))
          throw linkInvalid()
      })
    },

    /** Another link, for the address as it is now. */
    async resendVerification(userId: number): Promise<void> {
      await db.write(async (tx) => {
        const person = await people.byId(tx, userId)
        if (person === undefined || person.email === null) throw noAddress()
        await options.onRegistered(tx, person, await verifyToken(options, tx, person))
      })
    },
  }
}

export type RegistrationDesk = ReturnType<typeof createRegistration>

async function admit(
  options: RegistrationOptions,
  tx: Transaction,
  newcomer: NewPerson,
  hash: string,
): Promise<Person> {
  const person = await options.people.create(tx, newcomer)
  await options.credentials.store(tx, person.id, hash)
  await options.onRegistered(
    tx,
    person,
    person.email === null ? null : await verifyToken(options, tx, person),
  )
  return person
}

function verifyToken(
  { oneTimeTokens }: RegistrationOptions,
  tx: Transaction,
  { id, email }: Person,
): Promise<string> {
  return oneTimeTokens.issue(tx, 'verify_email', { userId: id, email }, VERIFY_SECONDS)
}

function readImport(record: unknown) {
  const { username, email = null, password_hash } = (record ?? {}) as Record<string, unknown>
  if (typeof username !== 'string' || username === '') throw new Error('"username" is missing.')
  if (email !== null && typeof email !== 'string') throw new Error('"email" must be text.')
  if (typeof password_hash !== 'string' || !isKnownHash(password_hash)) {
    throw new Error('"password_hash" must be an argon2, bcrypt or PBKDF2 hash.')
  }
  return { username, email, password_hash }
}

function noAddress() {
  return conflict('email_missing', 'Your account has no e-mail address.')
}
