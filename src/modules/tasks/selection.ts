import { type RawBuilder, sql } from 'kysely'
import { createKeyset } from '../../platform/database/index.ts'
import { DUE, NEVER } from './migrations.ts'
import { textKey } from './rows.ts'
import type { Sort, Task, TaskFilters } from './schemas.ts'

/** Each an index after the owner. Ids and change numbers rise with the times: see numbering.ts. */
const keyset = createKeyset({
  created_at: { columns: ['id'], shape: ['number'], placeOf: ({ id }: Task) => [id] },
  updated_at: { columns: ['change'], shape: ['number'], placeOf: ({ change }) => [change] },
  due_at: {
    columns: [DUE, 'id'],
    shape: ['number', 'number'],
    placeOf: ({ due_at, id }) => [due_at === null ? NEVER : Date.parse(due_at), id],
  },
  text: {
    columns: ['text_key', 'id'],
    shape: ['string', 'number'],
    placeOf: ({ text, id }) => [textKey(text), id],
  },
})

export interface Selection extends TaskFilters {
  sort: Sort
  cursor?: string
}

/** Which tasks of one owner, in which order, and from where: what stands behind `from tasks`. */
export function select(ownerId: number, selection: Selection): RawBuilder<unknown> {
  const conditions = [sql`author_id = ${ownerId}`, ...filtersOf(selection), ...keyset.behindCursor(selection)]
  return sql`${sql.join(conditions, sql` and `)} order by ${keyset.order(selection)}`
}

/** Of the place behind `last`. */
export const cursorAfter: (last: Task, selection: Selection) => string = keyset.cursorAfter

function filtersOf({ done, q, due_after, due_before }: TaskFilters): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = []
  if (done !== undefined) conditions.push(sql`done = ${Number(done)}`)
  if (q !== undefined) conditions.push(sql`text_key like ${`%${escaped(textKey(q))}%`} escape '\\'`)
  if (due_after !== undefined)
    conditions.push(
      sql`${sql.raw(DUE)} >= ${Date.parse(due_after)} and ${sql.raw(DUE)} < ${sql.raw(String(NEVER))}`,
    )
  if (due_before !== undefined) conditions.push(sql`${sql.raw(DUE)} < ${Date.parse(due_before)}`)
  return conditions
}

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
