import type { Caller } from '../../http/access.ts'
import { rowInsert, type TransactionOf } from '../../platform/database/index.ts'
import type { Turn } from './numbering.ts'
import { type Row, toEpochMs, withDerived } from './rows.ts'
import type { NewTask } from './schemas.ts'
import type { TaskTables } from './tables.ts'

type NewRow = Omit<Row, 'id'>

export function createTaskInsert() {
  return rowInsert((tx: TransactionOf<TaskTables>, rows: NewRow[]) =>
    tx.insertInto('tasks').values(rows).returningAll(),
  )
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
