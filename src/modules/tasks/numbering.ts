import { sql } from 'kysely'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { TaskTables } from './tables.ts'

export interface Turn {
  /** The first of the numbers that were taken. */
  change: number
  /** Not before the time of any earlier change. */
  at: number
}

/**
 * Takes the owner's next `count` numbers. To be called before anything is read that the change depends on: from here until its
 * end the owner's other changes wait, so numbers become visible in their order, and whoever has seen one has seen all before
 * it. In the order of numbers neither ids nor times go back, so the indexes of ids and numbers serve as those of both times.
 */
export async function takeTurn(
  tx: TransactionOf<TaskTables>,
  owner: { userId: number },
  { count, now }: { count: number; now: number },
): Promise<Turn> {
  const taken = await sql<{ last_change: number; last_at: number }>`
    insert into task_owners (user_id, last_change, last_at) values (${owner.userId}, ${count}, ${now})
    on conflict (user_id) do update set
      last_change = task_owners.last_change + excluded.last_change,
      last_at = case when task_owners.last_at < excluded.last_at then excluded.last_at else task_owners.last_at end
    returning last_change, last_at`.execute(tx)
  const [{ last_change, last_at }] = taken.rows as [{ last_change: number; last_at: number }]
  return { change: last_change - count + 1, at: last_at }
}

/** For a change that had to be timed later than its turn. */
export async function extendTurn(
  tx: TransactionOf<TaskTables>,
  owner: { userId: number },
  at: number,
): Promise<void> {
  await tx.updateTable('task_owners').where('user_id', '=', owner.userId).set({ last_at: at }).execute()
}
