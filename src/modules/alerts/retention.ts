import type { Clock } from '../../kit/clock.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import type { AlertTables } from './tables.ts'

/** Of one transaction, so that nobody who raises an alert waits long. */
const REMOVED_AT_ONCE = 5_000

/**
 * Alerts are kept for a time, then removed from the oldest on, never one out of the middle: a stream that resumes says which
 * were there, and it is one gap.
 */
export function createAlertRetention(options: { db: Database; clock: Clock; retentionSeconds: number }) {
  const { clock, retentionSeconds } = options
  const db = tablesOf<AlertTables>(options.db)

  /** All with a smaller id are to go. The counter is read first: what is raised meanwhile is younger than both. */
  async function firstKept(): Promise<number> {
    const { last_id } = await db.read.selectFrom('alert_counter').select('last_id').executeTakeFirstOrThrow()
    const kept = db.read.selectFrom('alerts').where('created_at', '>', clock() - retentionSeconds * 1000)
    const oldest = await kept.orderBy('id').limit(1).select('id').executeTakeFirst()
    return oldest?.id ?? last_id + 1
  }

  return {
    async purge(): Promise<void> {
      const before = await firstKept()
      for (let removed = REMOVED_AT_ONCE; removed === REMOVED_AT_ONCE; ) {
        const { numDeletedRows } = await db.write((tx) => {
          const oldest = tx.selectFrom('alerts').where('id', '<', before).orderBy('id').limit(REMOVED_AT_ONCE)
          return tx.deleteFrom('alerts').where('id', 'in', oldest.select('id')).executeTakeFirstOrThrow()
        })
        removed = Number(numDeletedRows)
      }
      await db.write(forgetRules)
    },
  }
}

/** Those that are gone, with the last of their alerts. */
async function forgetRules(tx: TransactionOf<AlertTables>): Promise<void> {
  await tx
    .deleteFrom('alert_rules')
    .where('deleted_at', 'is not', null)
    .where(({ exists, not, selectFrom }) =>
      not(exists(selectFrom('alerts').whereRef('alerts.rule_id', '=', 'alert_rules.id').select('alerts.id'))),
    )
    .execute()
}
