import { stringify } from 'csv-stringify/sync'
import type { Money } from '../../kit/money.ts'
import type { Page } from '../../kit/page.ts'
import type { Item } from './schemas.ts'
import { COLUMNS, type Column, defused, joinTags, rowName } from './sheet.ts'

/** RFC 4180: a header, then a row for each item, as they are read: never more of them in memory than a page. */
export async function* toSheet(
  pageAfter: (cursor: string | undefined) => Promise<Page<Item>>,
  money: Money,
): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`
  let cursor: string | undefined
  do {
    const { items, next_cursor }: Page<Item> = await pageAfter(cursor)
    const rows = items.map((item) => toRow(item, money))
    if (rows.length > 0) yield stringify(rows, OPTIONS)
    cursor = next_cursor ?? undefined
  } while (cursor !== undefined)
}

const OPTIONS = {
  columns: [...COLUMNS],
  record_delimiter: 'windows',
  // Any of them ends a line for most readers, not only both together.
  quoted_match: /[\r\n]/,
} as const

function toRow(item: Item, money: Money): Record<Column, string> {
  return {
    external_id: defused(rowName(item)),
    name: defused(item.name),
    description: defused(item.description ?? ''),
    price: money.write(item.price_minor),
    tags: defused(joinTags(item.tags.map(({ name }) => name))),
  }
}
