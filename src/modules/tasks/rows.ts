import type { Selectable } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { toTimestamp, toTimestampOrNull } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import { fold } from '../../kit/fold.ts'
import { keptQuery, type TransactionOf } from '../../platform/database/index.ts'
import type { Task } from './schemas.ts'
import type { TaskTables } from './tables.ts'

export type Row = Selectable<TaskTables['tasks']>

/** What a person may set. */
export type Contents = Pick<Row, 'text' | 'done' | 'due_at'>
type Shown = Contents & Pick<Row, 'created_at' | 'updated_at' | 'change'>

/** The returned function throws `task_not_found`, also for another's. */
export function createRowOf() {
  const ownRow = keptQuery((sql: TransactionOf<TaskTables>, { id, userId }: { id: number; userId: number }) =>
    sql.selectFrom('tasks').where('id', '=', id).where('author_id', '=', userId).selectAll().compile(),
  )
  return async (sql: TransactionOf<TaskTables>, { userId }: Caller, id: number): Promise<Row> => {
    const [row] = await ownRow(sql, { id, userId })
    if (row === undefined) throw notFound('task')
    return row
  }
}

export function present(row: Shown & { id: number }, { username }: { username: string }): Task {
  return { id: row.id, author: username, ...presentRest(row) }
}

/** Behind an id and an author it is what `present` says, as JSON. */
export function shownOf(row: Shown): string {
  return JSON.stringify(presentRest(row)).slice(1, -1)
}

/** What `present` says of a stored row, as JSON. */
export function textOf({ id, shown }: Pick<Row, 'id' | 'shown'>, { username }: { username: string }): string {
  return `{"id":${id},"author":${JSON.stringify(username)},${shown}}`
}

function presentRest({ text, done, due_at, created_at, updated_at, change }: Shown) {
  return {
    text,
    done: done === 1,
    due_at: toTimestampOrNull(due_at),
    created_at: toTimestamp(created_at),
    updated_at: toTimestamp(updated_at),
    change,
  }
}

/** The row's columns that follow from the others. */
export function withDerived<Known extends Shown>(row: Known): Known & Pick<Row, 'text_key' | 'shown'> {
  return { ...row, text_key: textKey(row.text), shown: shownOf(row) }
}

export const textKey = fold

export function toEpochMs(timestamp: string | null): number | null {
  return timestamp === null ? null : Date.parse(timestamp)
}
