import type { TransactionOf } from '../../platform/database/index.ts'
import type { AlertTables } from './tables.ts'

/**
 * Takes the next `count` ids and returns the first. They come from a row, not from a sequence: a sequence hands out 7 and 8
 * to two transactions of which the second may commit first, and a reader that has seen 8 would never look for 7. The row
 * stays locked until its transaction ends, so ids become visible in their order, and one rolled back leaves no hole: an id
 * that is missing was purged.
 */
export async function takeNumbers(tx: TransactionOf<AlertTables>, count: number): Promise<number> {
  const { last_id } = await tx
    .updateTable('alert_counter')
    .set(({ eb }) => ({ last_id: eb('last_id', '+', count) }))
    .returning('last_id')
    .executeTakeFirstOrThrow()
  return last_id - count + 1
}

/** Until the transaction ends, nobody raises an alert. */
export async function holdNumbering(tx: TransactionOf<AlertTables>): Promise<void> {
  await takeNumbers(tx, 0)
}
