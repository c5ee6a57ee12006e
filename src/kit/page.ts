import { invalid } from './errors.ts'

export interface Page<Item> {
  items: Item[]
  next_cursor: string | null
}

export interface PageRequest {
  limit: number
  /** The position after which the page begins: the sort values of the last item already seen. */
  after: CursorPosition | null
}

export type CursorPosition = (number | string)[]

/** Cursors are opaque to clients, equal on every engine, and carry no secret: only sort values of an item they have seen. */
export function encodeCursor(position: CursorPosition): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

export function decodeCursor(cursor: string, shape: ('number' | 'string')[]): CursorPosition {
  const position = parse(cursor)
  const fits =
    Array.isArray(position) &&
    position.length === shape.length &&
    position.every(
      (value, index) =>
        typeof value === shape[index] &&
        (typeof value === 'string' ? isText(value) : Number.isSafeInteger(value)),
    )
  if (!fits || encodeCursor(position) !== cursor)
    throw invalid([{ pointer: '?cursor', detail: 'This cursor was not made by this list.' }])
  return position as CursorPosition
}

/** What every engine can compare text with. */
function isText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return null
  }
}

/** Ask the database for `limit + 1` rows; the extra one only tells that there is a next page. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  present: (row: Row) => Item,
  positionOf: (row: Row) => CursorPosition,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const next_cursor = rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null
  return { items: shown.map(present), next_cursor }
}
