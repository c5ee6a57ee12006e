import type { Caller } from '../../http/access.ts'
import type { Clock } from '../../kit/clock.ts'
import { type LoggiaError, unauthenticated } from '../../kit/errors.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import type { Credentials } from './credentials.ts'
import type { LoginThrottle } from './login-throttle.ts'
import type { OneTimeTokens } from './one-time-tokens.ts'
import type { Passwords } from './passwords.ts'
import type { People, Person } from './people.ts'
import type { Rotate } from './rotation.ts'
import type { Login, PasswordChange } from './schemas.ts'
import type { Device, SessionRow, Sessions, SessionTerms } from './sessions.ts'
import { newTokenId, type Signer, type TokenPair, type Tokens, type TokenType } from './tokens.ts'

export interface SignedIn extends TokenPair {
  user: unknown
}

interface Options {
  db: Database
  clock: Clock
  people: People
  passwords: Passwords
  credentials: Credentials
  sessions: Sessions
  oneTimeTokens: OneTimeTokens
  rotate: Rotate
  tokens: Tokens
  throttle: LoginThrottle
  accessTokenSeconds: number
}

/** Signing in and staying so. */
export function createAccounts(options: Options) {
  const { db, people, passwords, credentials, sessions, oneTimeTokens, rotate, tokens, throttle } = options

  function kind({ accessSeconds, moreClaims }: SessionTerms) {
    return { accessTokenSeconds: accessSeconds ?? options.accessTokenSeconds, moreClaims }
  }

  async function setPassword(
    tx: Transaction,
    { userId, hash, keptSession }: { userId: number; hash: string; keptSession: string | null },
  ): Promise<void> {
    await credentials.store(tx, userId, hash)
    await sessions.endAll(tx, userId, { except: keptSession })
    await oneTimeTokens.withdraw(tx, 'reset_password', userId)
  }

  return {
    async login({ username, password }: Login, device: Device, terms: SessionTerms = {}): Promise<SignedIn> {
      const person = await people.byLogin(db.read, username)
      const target = person === undefined ? { unknown: people.loginKey(username) } : { userId: person.id }
      const attempt = await throttle.begin(target, device.ip)
      const proof = await credentials.verify(person?.id, password)
      if (person === undefined || !proof.matches || !mayEnter(person, terms)) {
        await attempt.failed()
        throw wrongCredentials()
      }
      await attempt.succeeded()
      const upgraded = proof.outdated ? await passwords.hash(password) : null
      const sign = await tokens.signer()
      return db.write(async (tx) => {
        const able = await people.byId(tx, person.id)
        const proved =
          able !== undefined && mayEnter(able, terms) && (await credentials.stillStands(tx, able.id, proof))
        if (!proved) throw wrongCredentials()
        if (upgraded !== null) await credentials.upgrade(tx, able.id, upgraded)
        const session = sessions.draft(able.id, device, terms)
        await sessions.store(tx, session)
        return signedIn(sign, kind(terms), { person: able, session, fresh: true })
      })
    },

    async refresh(refreshToken: string, terms: SessionTerms = {}): Promise<SignedIn> {
      const session = await rotate(refreshToken, terms)
      const person = await people.byId(db.read, session.user_id)
      if (person === undefined || person.disabled) throw accountDisabled()
      return signedIn(await tokens.signer(), kind(terms), { person, session, fresh: false })
    },

    /** Another access token by a refresh token that stays as it is, for clients that keep theirs. Throws as `refresh` does. */
    async renew(refreshToken: string, terms: SessionTerms = {}): Promise<SignedIn> {
      const { sessionId, jti } = await tokens.verify('refresh', refreshToken)
      const session = await sessions.find(sessionId)
      if (session?.refresh_id !== jti)
        throw unauthenticated('token_revoked', 'The session has ended. Sign in again.')
      const person = await people.byId(db.read, session.user_id)
      if (person === undefined || person.disabled) throw accountDisabled()
      const now = { ...session, rotated_at: options.clock() }
      return signedIn(await tokens.signer(), kind(terms), { person, session: now, fresh: false })
    },

    /**
     * For clients that know no other way; only for whoever signed in with the password. What it gives replaces the password in a
     * transaction, and ends every other session.
     */
    async passwordReplacement({ userId, sessionId, fresh }: Caller, newPassword: string) {
      if (!fresh) throw unauthenticated('fresh_token_required', 'Sign in with your password again.')
      const hash = await passwords.hash(newPassword)
      return (tx: Transaction) => setPassword(tx, { userId, hash, keptSession: sessionId })
    },

    /** Ends every other session: whoever else was signed in may be why the password changes. */
    async changePassword(caller: Caller, { current_password, new_password }: PasswordChange): Promise<void> {
      const { userId, sessionId } = caller
      const attempt = await throttle.begin({ userId }, `user ${userId}`)
      const proof = await credentials.verify(userId, current_password)
      if (!proof.matches) {
        await attempt.failed()
        throw wrongCredentials()
      }
      await attempt.succeeded()
      const hash = await passwords.hash(new_password)
      await db.write(async (tx) => {
        if (!(await credentials.stillStands(tx, userId, proof))) throw wrongCredentials()
        await setPassword(tx, { userId, hash, keptSession: sessionId })
      })
    },
  }
}

export type Accounts = ReturnType<typeof createAccounts>

interface TokenKind {
  accessTokenSeconds: number
  moreClaims?: SessionTerms['moreClaims'] | undefined
}

/** The tokens of a session, stored or about to be in the same transaction. */
export function signedIn(
  sign: Signer,
  { accessTokenSeconds, moreClaims }: TokenKind,
  { person, session, fresh }: { person: Person; session: SessionRow; fresh: boolean },
): SignedIn {
  const issuedAt = Math.floor(session.rotated_at / 1000)
  const claims = (type: TokenType) => ({
    userId: person.id,
    sessionId: session.id,
    issuedAt,
    more: moreClaims?.(person, type) ?? {},
  })
  const refreshExpiresAt = Math.floor(session.expires_at / 1000)
  const accessExpiresAt = Math.min(issuedAt + accessTokenSeconds, refreshExpiresAt)
  return {
    access_token: sign.access({
      ...claims('access'),
      jti: newTokenId(),
      expiresAt: accessExpiresAt,
      fresh,
      role: person.role,
    }),
    refresh_token: sign.refresh({
      ...claims('refresh'),
      jti: session.refresh_id,
      expiresAt: refreshExpiresAt,
    }),
    token_type: 'Bearer',
    expires_in: accessExpiresAt - issuedAt,
    user: person.profile,
  }
}

function mayEnter(person: Person, { role }: SessionTerms): boolean {
  return !person.disabled && (role === undefined || person.role === role)
}

/** The same words for an unknown name, a wrong password and a disabled account. */
function wrongCredentials(): LoggiaError {
  return unauthenticated('credentials_wrong', 'The username or the password is wrong.')
}

function accountDisabled(): LoggiaError {
  return unauthenticated('account_disabled', 'This account was disabled.')
}
