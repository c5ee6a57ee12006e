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

/** Which tasks of one owner, and from where: the values in the conditions that a selection makes. */
export function valuesOf(ownerId: number, selection: Selection) {
  const { done, q, due_after, due_before } = selection
  const [first, second] = keyset.placeOfCursor(selection) ?? []
  return {
    ownerId,
    done: done === undefined ? undefined : Number(done),
    pattern: q === undefined ? undefined : `%${escaped(textKey(q))}%`,
    dueAfter: due_after === undefined ? undefined : Date.parse(due_after),
    dueBefore: due_before === undefined ? undefined : Date.parse(due_before),
    first,
    second,
  }
}

/** What stands behind `from tasks`, with a condition for each value that is there. */
export function select(values: ReturnType<typeof valuesOf>, sort: Sort): RawBuilder<unknown> {
  const { ownerId, done, pattern, dueAfter, dueBefore, first, second } = values
  const due = sql.raw(DUE)
  const conditions = [sql`author_id = ${ownerId}`]
  if (done !== undefined) conditions.push(sql`done = ${done}`)
  if (pattern !== undefined) conditions.push(sql`text_key like ${pattern} escape '\\'`)
  if (dueAfter !== undefined)
    conditions.push(sql`${due} >= ${dueAfter} and ${due} < ${sql.raw(String(NEVER))}`)
  if (dueBefore !== undefined) conditions.push(sql`${due} < ${dueBefore}`)
  const place = [first, second].filter((value) => value !== undefined)
  if (place.length > 0) conditions.push(keyset.behind(place, { sort }))
  return sql`${sql.join(conditions, sql` and `)} order by ${keyset.order({ sort })}`
}

/** Of the place behind `last`. */
export const cursorAfter: (last: Task, selection: Selection) => string = keyset.cursorAfter

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}
