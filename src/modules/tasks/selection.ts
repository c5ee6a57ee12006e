import { hash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { invalid } from '../../kit/errors.ts'
import { type CursorPosition, decodeCursor, encodeCursor } from '../../kit/page.ts'
import { DUE, NEVER } from './migrations.ts'
import { textKey } from './rows.ts'
import type { Sort, Task, TaskFilters } from './schemas.ts'

type Column = 'created_at' | 'due_at' | 'text' | 'updated_at'

/** What a list is ordered by, each an index after the owner, and where an item stands in it. */
const ORDERS: Record<
  Column,
  { columns: string[]; shape: ('number' | 'string')[]; placeOf: (task: Task) => CursorPosition }
> = {
  // Ids and change numbers rise with the times: see numbering.ts.
  created_at: { columns: ['id'], shape: ['number'], placeOf: ({ id }) => [id] },
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
}

export interface Selection extends TaskFilters {
  sort: Sort
  cursor?: string
}

/** Which tasks of one owner, in which order, and from where: what stands behind `from tasks`. */
export function select(ownerId: number, selection: Selection): RawBuilder<unknown> {
  const { columns, shape, descends } = orderOf(selection.sort)
  const conditions = [sql`author_id = ${ownerId}`, ...filtersOf(selection)]
  if (selection.cursor !== undefined) {
    const place = decodeCursor(unsealed(selection.cursor, selection), shape)
    const after = sql`(${sql.join(columns.map((column) => sql.raw(column)))})`
    conditions.push(sql`${after} ${sql.raw(descends ? '<' : '>')} (${sql.join(place)})`)
  }
  const order = columns.map((column) => sql.raw(`${column} ${descends ? 'desc' : 'asc'}`))
  return sql`${sql.join(conditions, sql` and `)} order by ${sql.join(order)}`
}

/** Of the place behind `last`. It begins with what it is a cursor of, so that another list can refuse it. */
export function cursorAfter(last: Task, selection: Selection): string {
  return markOf(selection) + encodeCursor(orderOf(selection.sort).placeOf(last))
}

function orderOf(sort: Sort) {
  return { ...ORDERS[sort.replace('-', '') as Column], descends: sort.startsWith('-') }
}

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

const MARK_LENGTH = 8

function markOf({ sort, done, q, due_after, due_before }: Selection): string {
  const meant = JSON.stringify([sort, done, q, due_after, due_before])
  return hash('sha1', meant, 'base64url').slice(0, MARK_LENGTH)
}

function unsealed(cursor: string, selection: Selection): string {
  if (cursor.startsWith(markOf(selection))) return cursor.slice(MARK_LENGTH)
  const detail = 'This cursor was made by a list of another sort or with other filters, or by none.'
  throw invalid([{ pointer: '?cursor', detail }])
}
