import { sql } from 'kysely'
import { keptQuery, type TransactionOf } from '../../platform/database/index.ts'
import type { TaskTables } from './tables.ts'

export interface Turn {
  /** The first of the numbers that were taken. */
  change: number
  /** Not before the time of any earlier change. */
  at: number
}

/**
 * The returned function takes the owner's next `count` numbers. It is to be called before anything is read that the change
 * depends on: from then until its end the owner's other changes wait, so numbers become visible in their order, and whoever
 * has seen one has seen all before it. In the order of numbers neither ids nor times go back, so the indexes of ids and
 * numbers serve as those of both times.
 */
export function createTurns() {
  const take = keptQuery((tx: TransactionOf<TaskTables>, { userId, count, now }: Taken) =>
    sql<Pick<Owner, 'last_change' | 'last_at'>>`
      insert into task_owners (user_id, last_change, last_at) values (${userId}, ${count}, ${now})
      on conflict (user_id) do update set
        last_change = task_owners.last_change + excluded.last_change,
        last_at = case when task_owners.last_at < excluded.last_at then excluded.last_at else task_owners.last_at end
      returning last_change, last_at`.compile(tx),
  )
  return async (
    tx: TransactionOf<TaskTables>,
    owner: { userId: number },
    turn: { count: number; now: number },
  ): Promise<Turn> => {
    const [taken] = await take(tx, { userId: owner.userId, ...turn })
    if (taken === undefined) throw new Error('The numbering of an owner answered nothing.')
    return { change: taken.last_change - turn.count + 1, at: taken.last_at }
  }
}

type Owner = TaskTables['task_owners']
type Taken = { userId: number; count: number; now: number }

/** For a change that had to be timed later than its turn. */
export async function extendTurn(
  tx: TransactionOf<TaskTables>,
  owner: { userId: number },
  at: number,
): Promise<void> {
  await tx.updateTable('task_owners').where('user_id', '=', owner.userId).set({ last_at: at }).execute()
}
