import type { Selectable } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { type Clock, toTimestamp } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import {
  afterCommit,
  type Database,
  inTablesOf,
  type Transaction,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import type { Person } from './people.ts'
import type { AccountTables } from './tables.ts'
import { newTokenId, type TokenType } from './tokens.ts'

/** Where a sign-in came from, for its owner to recognise. */
export interface Device {
  ip: string
  userAgent: string | undefined
}

export type SessionRow = Selectable<AccountTables['sessions']>

/** What a sign-in asks for that differs from the settings. */
export interface SessionTerms {
  accessSeconds?: number
  sessionSeconds?: number
  /** Nobody else is let in. */
  role?: 'admin'
  /** A refresh token is good once, for those who race with it too. */
  singleUse?: true
  /** What tokens say beside our own claims, which stand above them. We read none of it. */
  moreClaims?: (person: Pick<Person, 'id' | 'username' | 'role'>, type: TokenType) => Record<string, unknown>
}

interface Options {
  db: Database
  clock: Clock
  sessionSeconds: number
  onRevoked: () => void
}

const USER_AGENT_MAX = 300

/** A session is what a sign-in began: a family of refresh tokens, each replacing the one before. Its row is there as long as it lives. */
export function createSessions(options: Options) {
  const { clock, onRevoked } = options
  const db = tablesOf<AccountTables>(options.db)

  /** A new session's row; store it, then ask for its tokens. */
  function draft(userId: number, { ip, userAgent }: Device, terms: SessionTerms = {}): SessionRow {
    const now = clock()
    const expires_at = now + (terms.sessionSeconds ?? options.sessionSeconds) * 1000
    const user_agent = userAgent?.slice(0, USER_AGENT_MAX) ?? null
    const unused = { refresh_id: newTokenId(), previous_refresh_id: null, rotated_at: now }
    return { id: newTokenId(), user_id: userId, ...unused, user_agent, ip, created_at: now, expires_at }
  }

  async function endWhere(
    tx: TransactionOf<AccountTables>,
    which: { id?: string; userId: number; except?: string | null },
  ) {
    let ending = tx.deleteFrom('sessions').where('user_id', '=', which.userId)
    if (which.id !== undefined) ending = ending.where('id', '=', which.id)
    if (which.except != null) ending = ending.where('id', '!=', which.except)
    const { numDeletedRows } = await ending.executeTakeFirst()
    afterCommit(tx, onRevoked)
    return numDeletedRows > 0n
  }

  return {
    draft,
    async store(tx: Transaction, session: SessionRow): Promise<void> {
      await inTablesOf<AccountTables>(tx).insertInto('sessions').values(session).execute()
    },
    find(id: string): Promise<SessionRow | undefined> {
      const live = db.read.selectFrom('sessions').where('id', '=', id).where('expires_at', '>', clock())
      return live.selectAll().executeTakeFirst()
    },
    /** Whose those are that live, by their ids. */
    async ownersOf(ids: string[]): Promise<Map<string, number>> {
      const live = db.read.selectFrom('sessions').where('id', 'in', ids).where('expires_at', '>', clock())
      const rows = await live.select(['id', 'user_id']).execute()
      return new Map(rows.map(({ id, user_id }) => [id, user_id]))
    },

    async list(caller: Caller) {
      const own = db.read
        .selectFrom('sessions')
        .where('user_id', '=', caller.userId)
        .where('expires_at', '>', clock())
      const rows = await own.selectAll().orderBy('rotated_at', 'desc').limit(SESSIONS_SHOWN_MAX).execute()
      return { items: rows.map((row) => present(row, caller)) }
    },
    async end(caller: Caller, id: string): Promise<void> {
      await db.write(async (tx) => {
        if (!(await endWhere(tx, { id, userId: caller.userId }))) throw notFound('session')
      })
    },
    /** `except`: the session that asks, when it shall go on. */
    async endAll(tx: Transaction, userId: number, options: { except?: string | null } = {}): Promise<void> {
      await endWhere(inTablesOf<AccountTables>(tx), { userId, ...options })
    },
    async endAllOf({ userId }: Caller): Promise<void> {
      await db.write((tx) => endWhere(tx, { userId }))
    },
    async purgeExpired(): Promise<void> {
      await db.write((tx) => tx.deleteFrom('sessions').where('expires_at', '<=', clock()).execute())
    },
  }
}

export type Sessions = ReturnType<typeof createSessions>

const SESSIONS_SHOWN_MAX = 200

function present({ id, created_at, rotated_at, expires_at, user_agent, ip }: SessionRow, caller: Caller) {
  return {
    id,
    created_at: toTimestamp(created_at),
    last_seen_at: toTimestamp(rotated_at),
    expires_at: toTimestamp(expires_at),
    user_agent,
    ip,
    current: id === caller.sessionId,
  }
}
