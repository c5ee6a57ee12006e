import { LRUCache } from 'lru-cache'
import type { Caller } from '../../http/access.ts'
import type { JsonText } from '../../http/conditional.ts'
import type { Page } from '../../kit/page.ts'
import type { Cache } from '../../platform/cache/index.ts'
import { type Database, keptQuery, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { type List, readList } from './listing.ts'
import type { Task } from './schemas.ts'
import type { TaskTables } from './tables.ts'

/** Kept so long where nothing changes; what changed has another key. */
const KEPT_SECONDS = 600
/** Of lists that are ready to be sent, in this process. */
const READY_BYTES_MAX = 32 * 1024 * 1024

interface ReadyList extends JsonText {
  text: Buffer
}

/**
 * Lists as ready text. They are kept under the number of the owner's last change, which is read from the database each time:
 * no node can show what was before, and there is nothing that would have to be deleted in time. Why:
 * docs/decisions/2026-11-20-task-lists.md.
 */
export function createLists(options: { db: Database; cache: Cache }) {
  const { cache } = options
  const db = tablesOf<TaskTables>(options.db)
  const ownerOf = createOwnerQuery()
  const ready = new LRUCache<string, ReadyList>({
    maxSize: READY_BYTES_MAX,
    sizeCalculation: ({ text }) => text.length,
  })

  async function keyOf({ userId, username }: Caller, { limit, sort, done }: List): Promise<string> {
    const [owner] = await ownerOf(db.read, { userId })
    return `tasks:${userId}:${owner?.last_change}:${owner?.last_at}:${limit}:${sort}:${done}:${username}`
  }

  async function keep(key: string, load: () => Promise<JsonText>): Promise<ReadyList> {
    const list = unpack(await cache.read(key, KEPT_SECONDS, async () => pack(await load())))
    ready.set(key, list)
    return list
  }

  return {
    async serve(caller: Caller, list: List): Promise<JsonText> {
      const load = () => readList(db.read, caller, list)
      if (!isKept(list)) return load()
      const key = await keyOf(caller, list)
      return ready.get(key) ?? keep(key, load)
    },

    async page(caller: Caller, list: Pick<List, 'limit'> & Partial<List>): Promise<Page<Task>> {
      return JSON.parse(String((await readList(db.read, caller, { sort: '-created_at', ...list })).text))
    },
  }
}

export type Lists = ReturnType<typeof createLists>

function createOwnerQuery() {
  return keptQuery((sql: TransactionOf<TaskTables>, { userId }: { userId: number }) =>
    sql.selectFrom('task_owners').where('user_id', '=', userId).select(['last_change', 'last_at']).compile(),
  )
}

/** First pages as people open them. What is searched for or leafed through is rarely asked for twice. */
function isKept({ cursor, q, due_after, due_before }: List): boolean {
  return (cursor ?? q ?? due_after ?? due_before) === undefined
}

function pack({ etag, nextCursor, text }: JsonText): string {
  return `${etag}\n${nextCursor ?? ''}\n${text}`
}

function unpack(packed: string): ReadyList {
  const first = packed.indexOf('\n')
  const second = packed.indexOf('\n', first + 1)
  const nextCursor = packed.slice(first + 1, second) || null
  return { etag: packed.slice(0, first), nextCursor, text: Buffer.from(packed.slice(second + 1)) }
}
