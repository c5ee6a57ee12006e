import type { Caller } from '../../http/access.ts'
import type { JsonText } from '../../http/conditional.ts'
import { type Clock, laterThan, toTimestampOrNull } from '../../kit/clock.ts'
import { assertMatch, etagOfText } from '../../kit/etag.ts'
import type { Page } from '../../kit/page.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { Lists } from './lists.ts'
import { createTaskInsert, toNewRow } from './making.ts'
import { createTurns, extendTurn } from './numbering.ts'
import { createRowOf, present, type Row, textOf, toEpochMs, withDerived } from './rows.ts'
import type { NewTask, Task, TaskPatch } from './schemas.ts'
import type { TaskTables } from './tables.ts'

/** Everybody's own tasks; another's are not there. */
export function createTasks(options: { db: Database; clock: Clock; lists: Lists }) {
  const { clock } = options
  const db = tablesOf<TaskTables>(options.db)
  const insert = createTaskInsert()
  const takeTurn = createTurns()
  const rowOf = createRowOf()

  return {
    async create(caller: Caller, wanted: NewTask): Promise<Task> {
      return db.write(async (tx) => {
        const turn = await takeTurn(tx, caller, { count: 1, now: clock() })
        const [made] = await insert(tx, [toNewRow(wanted, caller, turn)])
        return present(made as Row, caller)
      }, 'row_locks')
    },

    /** Newest first. */
    list: (caller: Caller, query: { limit: number; cursor?: string }): Promise<Page<Task>> =>
      options.lists.page(caller, query),

    /** Oldest first, with the day each is due; for other rooms, which have asked whether they may. */
    async allOf(userId: number, max?: number): Promise<Pick<Task, 'text' | 'done' | 'due_at'>[]> {
      const all = db.read.selectFrom('tasks').where('author_id', '=', userId).orderBy('id')
      const own = max === undefined ? all : all.limit(max)
      const rows = await own.select(['text', 'done', 'due_at']).execute()
      return rows.map(({ text, done, due_at }) => {
        return { text, done: done === 1, due_at: toTimestampOrNull(due_at)?.slice(0, 10) ?? null }
      })
    },

    async get(caller: Caller, id: number): Promise<Task> {
      return present(await rowOf(db.read, caller, id), caller)
    },

    /** The same as text that is stored ready. */
    async show(caller: Caller, id: number): Promise<JsonText> {
      const text = textOf(await rowOf(db.read, caller, id), caller)
      return { text, etag: etagOfText(text) }
    },

    async update(caller: Caller, id: number, patch: TaskPatch, ifMatch?: string): Promise<Task> {
      return db.write(async (tx) => {
        const { change, at } = await takeTurn(tx, caller, { count: 1, now: clock() })
        const row = await rowOf(tx, caller, id)
        assertMatch(ifMatch, present(row, caller))
        const updated_at = laterThan(row.updated_at, at)
        if (updated_at > at) await extendTurn(tx, caller, updated_at)
        const changed = withDerived({ ...withPatch(row, patch), change, updated_at })
        const { id: _, author_id, created_at, ...columns } = changed
        await tx.updateTable('tasks').where('id', '=', id).set(columns).execute()
        return present(changed, caller)
      }, 'row_locks')
    },

    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        const { change, at } = await takeTurn(tx, caller, { count: 1, now: clock() })
        assertMatch(ifMatch, present(await rowOf(tx, caller, id), caller))
        await tx.deleteFrom('tasks').where('id', '=', id).execute()
        const tombstone = { user_id: caller.userId, change, task_id: id, deleted_at: at }
        await tx.insertInto('task_tombstones').values(tombstone).execute()
      }, 'row_locks')
    },
  }
}

export type Tasks = ReturnType<typeof createTasks>

function withPatch(row: Row, { text = row.text, done, due_at }: TaskPatch): Row {
  return {
    ...row,
    text,
    done: done === undefined ? row.done : Number(done),
    due_at: due_at === undefined ? row.due_at : toEpochMs(due_at),
  }
}
