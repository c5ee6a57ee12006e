import type { Caller } from '../../http/access.ts'
import { rowInsert, type TransactionOf } from '../../platform/database/index.ts'
import type { Turn } from './numbering.ts'
import { type Row, toEpochMs, withDerived } from './rows.ts'
import type { NewTask } from './schemas.ts'
import type { TaskTables } from './tables.ts'

type NewRow = Omit<Row, 'id'>

/** The returned function inserts new rows, which must not have the same number, and returns them as they are stored. */
export function createTaskInsert() {
  const insert = rowInsert((tx: TransactionOf<TaskTables>, rows: NewRow[]) =>
    tx.insertInto('tasks').values(rows).returning(['id', 'change']),
  )
  return async (tx: TransactionOf<TaskTables>, rows: NewRow[]): Promise<Row[]> => {
    const ids = new Map((await insert(tx, rows)).map(({ id, change }) => [change, id]))
    return rows.map((row) => ({ ...row, id: ids.get(row.change) as number }))
  }
}

export function toNewRow(
  { text, done = false, due_at = null }: NewTask,
  { userId }: Caller,
  turn: Turn,
): NewRow {
  const { change, at } = turn
  const contents = { author_id: userId, text, done: Number(done), due_at: toEpochMs(due_at) }
  return withDerived({ ...contents, created_at: at, updated_at: at, change })
}
