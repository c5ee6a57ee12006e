import type { Caller } from '../../http/access.ts'
import { notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import type { Stats, StatsPatch } from './schemas.ts'
import type { UserTables } from './tables.ts'

export function createStats(options: { db: Database }) {
  const db = tablesOf<UserTables>(options.db)

  return {
    async get(caller: Caller, userId: number): Promise<Stats> {
      assertOwn(caller, userId)
      return statsOf(db.read, userId)
    },

    /** For other rooms, which have asked whether they may. */
    of: (userId: number): Promise<Stats> => statsOf(db.read, userId),

    async update(caller: Caller, userId: number, patch: StatsPatch, ifMatch?: string): Promise<Stats> {
      assertOwn(caller, userId)
      return db.write(async (tx) => {
        const stats = await statsOf(tx, userId)
        assertMatch(ifMatch, stats)
        await tx.updateTable('user_stats').where('user_id', '=', userId).set(patch).execute()
        return { ...stats, ...patch }
      })
    },
  }
}

export type StatsOfUsers = ReturnType<typeof createStats>

/** Statistics are private, so somebody else's are not told to exist. */
function assertOwn(caller: Caller, userId: number): void {
  if (caller.role !== 'admin' && caller.userId !== userId) throw notFound('user')
}

async function statsOf(sql: TransactionOf<UserTables>, userId: number): Promise<Stats> {
  const columns = ['session_count', 'victory_count', 'loss_count', 'total_time'] as const
  const row = await sql
    .selectFrom('user_stats')
    .where('user_id', '=', userId)
    .select(columns)
    .executeTakeFirst()
  if (row === undefined) throw notFound('user')
  return row
}
