import { sql } from 'kysely'
import type { Caller } from '../../http/access.ts'
import type { JsonText } from '../../http/conditional.ts'
import { etagOfText } from '../../kit/etag.ts'
import { keptQueries, type TransactionOf } from '../../platform/database/index.ts'
import type { Sort, Task } from './schemas.ts'
import { cursorAfter, type Selection, select, valuesOf } from './selection.ts'
import type { TaskTables } from './tables.ts'

export type List = Selection & { limit: number }

const START = '{"id":'
const END = '}'
/** No JSON text of ours has a line break inside, so it is found nowhere else. */
const BETWEEN = `${END},\n${START}`

/** A page as JSON that was put together in the database: as rows it would cost four times as much. */
export function createListReader() {
  const textsOf = createTextQuery()
  return async (
    db: TransactionOf<TaskTables>,
    { userId, username }: Caller,
    list: List,
  ): Promise<JsonText> => {
    const author = `,"author":${JSON.stringify(username)},`
    // The one that is too many tells that there is another page.
    const values = { ...valuesOf(userId, list), author, max: list.limit + 1 }
    const [{ items, count }] = (await textsOf(db, list.sort, values)) as [Texts]
    return toJsonText(items, count > list.limit ? list : null)
  }
}

interface Texts {
  items: string | null
  count: number
}

function createTextQuery() {
  type Values = ReturnType<typeof valuesOf> & { author: string; max: number }
  // Rows are put together in the order of the subquery.
  return keptQueries((db: TransactionOf<TaskTables>, sort: Sort, { author, max, ...values }: Values) =>
    sql<Texts>`
      select string_agg(id || cast(${author} as text) || shown, ${sql.lit(BETWEEN)}) as items, count(*) as count
      from (select id, shown from tasks where ${select(values, sort)} limit ${max}) as page`.compile(db),
  )
}

/** `more`: the list of which there is another page. */
function toJsonText(items: string | null, more: List | null): JsonText {
  const shown = items !== null && more ? items.slice(0, items.lastIndexOf(BETWEEN)) : items
  const nextCursor = shown !== null && more ? cursorAfter(lastOf(shown), more) : null
  const members = shown === null ? '' : START + shown + END
  const text = Buffer.from(`{"items":[${members}],"next_cursor":${JSON.stringify(nextCursor)}}`)
  return { text, etag: etagOfText(text), nextCursor }
}

function lastOf(items: string): Task {
  const from = items.lastIndexOf(BETWEEN)
  return JSON.parse(START + (from < 0 ? items : items.slice(from + BETWEEN.length)) + END)
}
