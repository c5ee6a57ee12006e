import type { Caller } from '../../http/access.ts'
import type { JsonText } from '../../http/conditional.ts'
import { createReadyTexts } from '../../http/ready-texts.ts'
import type { Page } from '../../kit/page.ts'
import type { Cache } from '../../platform/cache/index.ts'
import { type Database, keptQuery, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { createListReader, type List } from './listing.ts'
import type { Task } from './schemas.ts'
import type { TaskTables } from './tables.ts'

/** Lists as ready text, kept under the number of the owner's last change. */
export function createLists(options: { db: Database; cache: Cache }) {
  const db = tablesOf<TaskTables>(options.db)
  const ownerOf = createOwnerQuery()
  const readList = createListReader()
  const ready = createReadyTexts(options)

  async function keyOf({ userId, username }: Caller, { limit, sort, done }: List): Promise<string> {
    const [owner] = await ownerOf(db.read, { userId })
    return `tasks:${userId}:${owner?.last_change}:${owner?.last_at}:${limit}:${sort}:${done}:${username}`
  }

  return {
    async serve(caller: Caller, list: List): Promise<JsonText> {
      const load = () => readList(db.read, caller, list)
      if (!isKept(list)) return load()
      return ready.read(await keyOf(caller, list), load)
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
