import type { ExpressionBuilder } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { invalid, notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import {
  type Database,
  inTablesOf,
  type Transaction,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import { COUNT_MAX, type Stats, type StatsPatch } from './schemas.ts'
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
        await set(tx, userId, patch)
        return { ...stats, ...patch }
      })
    },

    /** In the transaction of a caller who may. */
    async set(tx: Transaction, userId: number, patch: StatsPatch): Promise<void> {
      await set(inTablesOf<UserTables>(tx), userId, patch)
    },

    /** Adds in the database, so that none of many who add at once is lost. */
    async increase(caller: Caller, userId: number, by: StatsPatch): Promise<Stats> {
      assertOwn(caller, userId)
      return db.write(async (tx) => {
        const before = await statsOf(tx, userId)
        let own = tx.updateTable('user_stats').where('user_id', '=', userId)
        for (const [column, amount] of amountsOf(by)) own = own.where(column, '<=', COUNT_MAX - amount)
        const added = await own.set((stats) => sumsOf(stats, by)).executeTakeFirst()
        if (added.numUpdatedRows === 0n) throw overflow(before, by)
        return statsOf(tx, userId)
      })
    },
  }
}

export type StatsOfUsers = ReturnType<typeof createStats>

async function set(tx: TransactionOf<UserTables>, userId: number, patch: StatsPatch): Promise<void> {
  await tx.updateTable('user_stats').where('user_id', '=', userId).set(patch).execute()
}

const COLUMNS = ['session_count', 'victory_count', 'loss_count', 'total_time'] as const

/** Statistics are private, so somebody else's are not told to exist. */
function assertOwn(caller: Caller, userId: number): void {
  if (caller.role !== 'admin' && caller.userId !== userId) throw notFound('user')
}

function amountsOf(by: StatsPatch): [keyof Stats, number][] {
  return COLUMNS.flatMap((column) => (by[column] === undefined ? [] : [[column, by[column]]]))
}

function sumsOf(stats: ExpressionBuilder<UserTables, 'user_stats'>, by: StatsPatch) {
  return Object.fromEntries(amountsOf(by).map(([column, amount]) => [column, stats(column, '+', amount)]))
}

function overflow(before: Stats, by: StatsPatch) {
  const past = amountsOf(by).filter(([column, amount]) => before[column] > COUNT_MAX - amount)
  return invalid(
    past.map(([column]) => ({ pointer: `/${column}`, detail: 'would pass what can be counted' })),
  )
}

async function statsOf(sql: TransactionOf<UserTables>, userId: number): Promise<Stats> {
  const row = await sql
    .selectFrom('user_stats')
    .where('user_id', '=', userId)
    .select(COLUMNS)
    .executeTakeFirst()
  if (row === undefined) throw notFound('user')
  return row
}
