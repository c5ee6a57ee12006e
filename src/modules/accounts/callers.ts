import { LRUCache } from 'lru-cache'
import type { Caller } from '../../http/access.ts'
import type { Clock } from '../../kit/clock.ts'
import { notFound, unauthenticated } from '../../kit/errors.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Database } from '../../platform/database/index.ts'
import { type ApiKeys, isApiKey } from './api-keys.ts'
import type { People } from './people.ts'
import type { Sessions } from './sessions.ts'
import { invalidToken, type TokenClaims, type Tokens } from './tokens.ts'

/** Checked credentials kept at hand; checking a signature costs more than all the rest of a small request. */
const KNOWN_MAX = 20_000
/** After this a credential's session is looked up again, so a revocation holds here even when its poke was lost. */
const TRUSTED_MS = 500
const TOPIC = 'rights'

interface Known {
  caller: Caller
  checkedAt: number
  /** The count of revocations when it was checked: any since then makes it worth another look. */
  revocations: number
  /** What the signature said; `null` for an API key, which is looked up whole. */
  claims: TokenClaims | null
}

/** What was proved at some time: that somebody held a token of this session. */
export type OpenSession = Pick<Caller, 'userId' | 'sessionId' | 'fresh' | 'expiresAt'>

interface Options {
  db: Database
  bus: Bus
  clock: Clock
  people: People
  sessions: Sessions
  tokens: Tokens
  apiKeys: ApiKeys
}

/** Who is calling: the one place where a credential becomes a caller. */
export function createCallers({ db, bus, clock, people, sessions, tokens, apiKeys }: Options) {
  const known = new LRUCache<string, Known>({ max: KNOWN_MAX })
  let revocations = 0
  bus.subscribe(TOPIC, () => {
    revocations += 1
  })

  /** Throws `token_invalid`, `token_expired`, `token_revoked`, `account_deleted` or `account_disabled`. */
  function authenticate(credential: string): Caller | Promise<Caller> {
    const entry = known.get(credential)
    if (entry !== undefined && isTrusted(entry)) return entry.caller
    return look(credential, entry?.claims ?? null)
  }

  function isTrusted({ caller, checkedAt, revocations: seen }: Known): boolean {
    const now = clock()
    const alive = caller.expiresAt === null || now < caller.expiresAt
    return alive && seen === revocations && now - checkedAt < TRUSTED_MS && now >= checkedAt
  }

  async function look(credential: string, verified: TokenClaims | null): Promise<Caller> {
    const stamp = { checkedAt: clock(), revocations }
    try {
      const claims = isApiKey(credential)
        ? null
        : (stillGood(verified) ?? (await tokens.verify('access', credential)))
      const caller = claims === null ? await ofKey(credential) : await resume(toSession(claims))
      known.set(credential, { caller, claims, ...stamp })
      return caller
    } catch (error) {
      known.delete(credential)
      throw error
    }
  }

  /** A signature that was checked once need not be checked again; when it ran out, the check says so. */
  function stillGood(claims: TokenClaims | null): TokenClaims | null {
    return claims !== null && clock() < claims.expiresAt * 1000 ? claims : null
  }

  /** Whom a session speaks for now. Throws `token_revoked`, `account_deleted` or `account_disabled`. */
  async function resume({ userId, sessionId, fresh, expiresAt }: OpenSession): Promise<Caller> {
    const session = sessionId === null ? undefined : await sessions.find(sessionId)
    const { username, role } = await ablePerson(userId)
    if (session?.user_id !== userId) throw revoked()
    return { userId, username, role, sessionId, fresh, scopes: null, expiresAt }
  }

  async function ofKey(credential: string): Promise<Caller> {
    const key = await apiKeys.find(credential)
    if (key === undefined) throw invalidToken()
    const { id, username, role } = await ablePerson(key.userId)
    const scopes = apiKeys.usable(key.scopes, role)
    return { userId: id, username, role, sessionId: null, fresh: false, scopes, expiresAt: null }
  }

  async function ablePerson(id: number) {
    const person = await people.byId(db.read, id)
    if (person === undefined) throw unauthenticated('account_deleted', 'This account was deleted.')
    if (person.disabled) throw unauthenticated('account_disabled', 'This account was disabled.')
    return person
  }

  return {
    authenticate,
    resume,
    /** As whom somebody at the machine itself acts. Throws `user_not_found`. */
    async named(login: string): Promise<Caller> {
      const person = await people.byLogin(db.read, login)
      if (person === undefined) throw notFound('user')
      const { id, username, role } = person
      return { userId: id, username, role, sessionId: null, fresh: false, scopes: null, expiresAt: null }
    },
    /** Those of them that may go on. An API key is always asked to come again: it is no session that could be looked up. */
    async stillAllowed(some: Caller[]): Promise<Set<Caller>> {
      const owners = await sessions.ownersOf([...new Set(some.map(({ sessionId }) => `${sessionId}`))])
      const roles = await people.rolesOf(db.read, [...new Set(owners.values())])
      const mayGoOn = ({ sessionId, userId, role }: Caller) =>
        owners.get(`${sessionId}`) === userId && roles.get(userId) === role
      return new Set(some.filter(mayGoOn))
    },
    onRecheck(listener: () => void): void {
      bus.subscribe(TOPIC, listener)
    },
    /** Somebody's rights changed: every node looks again before it trusts anybody. */
    recheck: () => bus.publish(TOPIC),
  }
}

export type Callers = ReturnType<typeof createCallers>

function toSession({ expiresAt, ...claims }: TokenClaims): OpenSession {
  return { ...claims, expiresAt: expiresAt * 1000 }
}

function revoked() {
  return unauthenticated('token_revoked', 'The session has ended. Sign in again.')
}
