import type { Clock } from '../../kit/clock.ts'
import { unauthenticated } from '../../kit/errors.ts'
import { afterCommit, type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import type { SessionRow, SessionTerms } from './sessions.ts'
import type { AccountTables } from './tables.ts'
import { newTokenId, type Tokens } from './tokens.ts'

/**
 * How long a refresh token that was just rotated still gives its one child: two tabs, or a lost answer and its repeat, race
 * honestly. Later than this, or once the child was used, it is a copy in other hands.
 */
const RACE_MS = 10_000

interface Options {
  db: Database
  clock: Clock
  tokens: Tokens
  sessionSeconds: number
  onRevoked: () => void
}

/** Refresh token rotation with reuse detection (RFC 9700, 4.14.2). */
export function createRotation(options: Options) {
  const { clock, tokens, sessionSeconds, onRevoked } = options
  const db = tablesOf<AccountTables>(options.db)

  /** The session as it stands after the rotation. Throws `token_invalid`, `token_revoked` or `token_reused`. */
  return async function rotate(refreshToken: string, terms: SessionTerms = {}): Promise<SessionRow> {
    const { sessionId, jti } = await tokens.verify('refresh', refreshToken)
    const outcome = await db.write(async (tx) => {
      const lifetimeSeconds = terms.sessionSeconds ?? sessionSeconds
      const replaced = await replace(tx, { id: sessionId, jti, lifetimeSeconds })
      if (replaced !== undefined) return replaced
      const live = tx.selectFrom('sessions').where('id', '=', sessionId).where('expires_at', '>', clock())
      const session = await live.selectAll().executeTakeFirst()
      if (session === undefined) return 'gone'
      if (session.previous_refresh_id === jti && isRace(session)) return terms.singleUse ? 'late' : session
      await tx.deleteFrom('sessions').where('id', '=', sessionId).execute()
      afterCommit(tx, onRevoked)
      return 'reused'
    })
    if (outcome === 'gone') throw unauthenticated('token_revoked', 'The session has ended. Sign in again.')
    if (outcome === 'late') throw unauthenticated('token_reused', 'This refresh token was used before.')
    if (outcome === 'reused') {
      throw unauthenticated(
        'token_reused',
        'This refresh token was used before, so its session was ended. Sign in again.',
      )
    }
    return outcome
  }

  /** One statement, so that of two who race on any engine one finds the token replaced. */
  function replace(
    tx: TransactionOf<AccountTables>,
    { id, jti, lifetimeSeconds }: { id: string; jti: string; lifetimeSeconds: number },
  ) {
    const now = clock()
    const child = { refresh_id: newTokenId(), previous_refresh_id: jti, rotated_at: now }
    const live = tx.updateTable('sessions').where('id', '=', id).where('expires_at', '>', now)
    return live
      .where('refresh_id', '=', jti)
      .set({ ...child, expires_at: now + lifetimeSeconds * 1000 })
      .returningAll()
      .executeTakeFirst()
  }

  /** Whichever way the wall clock was set since. */
  function isRace({ rotated_at }: SessionRow): boolean {
    return Math.abs(clock() - rotated_at) <= RACE_MS
  }
}

export type Rotate = ReturnType<typeof createRotation>
