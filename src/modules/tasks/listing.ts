import { sql } from 'kysely'
import type { Caller } from '../../http/access.ts'
import type { JsonText } from '../../http/conditional.ts'
import { etagOfText } from '../../kit/etag.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { Task } from './schemas.ts'
import { cursorAfter, type Selection, select } from './selection.ts'
import type { TaskTables } from './tables.ts'

export type List = Selection & { limit: number }

/** Between items. No JSON text of ours has a line break inside. */
const SEPARATOR = ',\n'

/** A page as JSON that was put together in the database: as rows it would cost four times as much. */
export async function readList(
  db: TransactionOf<TaskTables>,
  { userId, username }: Caller,
  list: List,
): Promise<JsonText> {
  const author = JSON.stringify(username)
  // Rows are put together in the order of the subquery. The one that is too many tells that there is another page.
  const { rows } = await sql<{ items: string | null; count: number }>`
    select string_agg('{"id":' || id || ',"author":' || cast(${author} as text) || ',' || shown || '}', ${SEPARATOR}) as items,
      count(*) as count
    from (select id, shown from tasks where ${select(userId, list)} limit ${list.limit + 1}) as page`.execute(
    db,
  )
  const [{ items, count }] = rows as [{ items: string | null; count: number }]
  return toJsonText(items ?? '', count > list.limit ? list : null)
}

/** `more`: the list of which there is another page. */
function toJsonText(items: string, more: List | null): JsonText {
  const shown = more ? items.slice(0, items.lastIndexOf(SEPARATOR)) : items
  const nextCursor = more ? cursorAfter(lastOf(shown), more) : null
  const text = `{"items":[${shown}],"next_cursor":${JSON.stringify(nextCursor)}}`
  return { text, etag: etagOfText(text), nextCursor }
}

function lastOf(items: string): Task {
  const from = items.lastIndexOf(SEPARATOR)
  return JSON.parse(from < 0 ? items : items.slice(from + SEPARATOR.length))
}
