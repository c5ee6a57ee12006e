import { hash } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import { invalid } from '../../kit/errors.ts'
import { type CursorPosition, decodeCursor, encodeCursor, type Page } from '../../kit/page.ts'

/** What a list is ordered by: the columns of an index, of which the last is unique, and where an item stands in it. */
export interface Order<Item> {
  columns: string[]
  shape: ('number' | 'string')[]
  placeOf: (item: Item) => CursorPosition
}

/** A list as it was asked for. Whatever else it holds narrows it, and must not change from page to page. */
export interface Sorted<Sort extends string> {
  /** The name of an order; with `-` from its end to its start. */
  sort: Sort
  cursor?: string
  limit?: number
}

/** Pages that go on behind the last item seen, however many were made or deleted before it meanwhile. */
export function createKeyset<Name extends string, Item>(orders: Record<Name, Order<Item>>) {
  type List = Sorted<Name | `-${Name}`>

  function orderOf(sort: string) {
    return { ...orders[sort.replace('-', '') as Name], descends: sort.startsWith('-') }
  }

  /** Of the place behind `last`. It begins with what it is a cursor of, so that another list can refuse it. */
  function cursorAfter(last: Item, list: List): string {
    return markOf(list) + encodeCursor(orderOf(list.sort).placeOf(last))
  }

  /** Where a list with a cursor goes on. Throws `validation_failed` when another list made it. */
  function placeOfCursor(list: List): CursorPosition | undefined {
    if (list.cursor === undefined) return undefined
    return decodeCursor(unsealed(list.cursor, list), orderOf(list.sort).shape)
  }

  /** A condition. */
  function behind(place: unknown[], { sort }: Pick<List, 'sort'>): RawBuilder<boolean> {
    const { columns, descends } = orderOf(sort)
    const item = sql.join(columns.map((column) => sql.raw(column)))
    return sql<boolean>`(${item}) ${sql.raw(descends ? '<' : '>')} (${sql.join(place)})`
  }

  return {
    placeOfCursor,
    behind,

    /** The condition of a list with a cursor. Throws `validation_failed` when another list made it. */
    behindCursor(list: List): RawBuilder<boolean>[] {
      const place = placeOfCursor(list)
      return place === undefined ? [] : [behind(place, list)]
    },

    /** What stands behind `order by`. */
    order({ sort }: Pick<List, 'sort'>): RawBuilder<unknown> {
      const { columns, descends } = orderOf(sort)
      return sql.join(columns.map((column) => sql.raw(`${column} ${descends ? 'desc' : 'asc'}`)))
    },

    cursorAfter,

    /** Of one item more than the page shows, if there are so many. */
    toPage(found: Item[], list: List & { limit: number }): Page<Item> {
      const items = found.slice(0, list.limit)
      const last = items.at(-1)
      const hasMore = found.length > list.limit && last !== undefined
      return { items, next_cursor: hasMore ? cursorAfter(last, list) : null }
    },
  }
}

const MARK_LENGTH = 8

function markOf(list: object): string {
  const meant = Object.entries(list).filter(
    ([name, value]) => value !== undefined && name !== 'cursor' && name !== 'limit',
  )
  return hash('sha1', JSON.stringify(meant.sort()), 'base64url').slice(0, MARK_LENGTH)
}

function unsealed(cursor: string, list: object): string {
  if (cursor.startsWith(markOf(list))) return cursor.slice(MARK_LENGTH)
  const detail = 'This cursor was made by a list of another sort or with other filters, or by none.'
  throw invalid([{ pointer: '?cursor', detail }])
}
