import { sql } from 'kysely'
import type { Caller } from '../../http/access.ts'
import type { JsonText } from '../../http/conditional.ts'
import { etagOfText } from '../../kit/etag.ts'
import type { Page } from '../../kit/page.ts'
import type { Cache } from '../../platform/cache/index.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { Task } from './schemas.ts'
import { cursorAfter, type Selection, select } from './selection.ts'
import type { TaskTables } from './tables.ts'

type List = Selection & { limit: number }

/** Kept so long where nothing changes; what changed has another key. */
const KEPT_SECONDS = 600
/** Between items. No JSON text of ours has a line break inside. */
const SEPARATOR = ',\n'

/**
 * Lists as ready text, put together in the database. They are kept under the owner's last change, which is read each time: no
 * node can show what was before, and there is nothing that would have to be deleted in time.
 */
export function createLists(options: { db: Database; cache: Cache }) {
  const { cache } = options
  const db = tablesOf<TaskTables>(options.db)

  async function keyOf({ userId, username }: Caller, { limit, sort, done }: List): Promise<string> {
    const owner = db.read.selectFrom('task_owners').where('user_id', '=', userId)
    const last = await owner.select(['last_change', 'last_at']).executeTakeFirst()
    return `tasks:${userId}:${last?.last_change}:${last?.last_at}:${limit}:${sort}:${done}:${username}`
  }

  async function read(caller: Caller, list: List): Promise<JsonText> {
    const author = JSON.stringify(caller.username)
    // The order of the subquery is the order in which its rows are put together.
    const { rows } = await sql<{ items: string | null; count: number }>`
      select string_agg('{"id":' || id || ',"author":' || cast(${author} as text) || ',' || shown || '}', ${SEPARATOR}) as items,
        count(*) as count
      from (select id, shown from tasks where ${select(caller.userId, list)} limit ${list.limit + 1}) as page
    `.execute(db.read)
    const [{ items, count }] = rows as [{ items: string | null; count: number }]
    return toJsonText(items ?? '', count > list.limit ? list : null)
  }

  return {
    async serve(caller: Caller, list: List): Promise<JsonText> {
      if (!isKept(list)) return read(caller, list)
      const key = await keyOf(caller, list)
      return unpack(await cache.read(key, KEPT_SECONDS, async () => pack(await read(caller, list))))
    },

    /** For other rooms. */
    async page(caller: Caller, list: Partial<List>): Promise<Page<Task>> {
      return JSON.parse((await read(caller, { limit: 20, sort: '-created_at', ...list })).text)
    },
  }
}

export type Lists = ReturnType<typeof createLists>

/** `more`: of what list there is another page, told by an item too many. */
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

/** First pages as people open them. What is searched for or leafed through is rarely asked for twice. */
function isKept({ cursor, q, due_after, due_before }: List): boolean {
  return (cursor ?? q ?? due_after ?? due_before) === undefined
}

function pack({ etag, nextCursor, text }: JsonText): string {
  return `${etag}\n${nextCursor ?? ''}\n${text}`
}

function unpack(packed: string): JsonText {
  const first = packed.indexOf('\n')
  const second = packed.indexOf('\n', first + 1)
  const nextCursor = packed.slice(first + 1, second) || null
  return { etag: packed.slice(0, first), nextCursor, text: packed.slice(second + 1) }
}
