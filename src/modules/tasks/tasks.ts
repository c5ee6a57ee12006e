import type { Selectable } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { type Clock, laterThan, toTimestamp, toTimestampOrNull } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import type { NewTask, Task, TaskPatch, TaskQuery } from './schemas.ts'
import type { TaskTables } from './tables.ts'

type Row = Selectable<TaskTables['tasks']>

/** Everybody's own tasks; another's are not there. */
export function createTasks(options: { db: Database; clock: Clock }) {
  const { clock } = options
  const db = tablesOf<TaskTables>(options.db)

  return {
    async create(caller: Caller, { text, done = false, due_at = null }: NewTask): Promise<Task> {
      const now = clock()
      const values = { text, done: Number(done), due_at: toEpochMs(due_at), created_at: now, updated_at: now }
      return db.write(async (tx) => {
        const made = tx.insertInto('tasks').values({ author_id: caller.userId, ...values })
        return present(await made.returningAll().executeTakeFirstOrThrow(), caller)
      })
    },

    /** Newest first. */
    async list(caller: Caller, query: TaskQuery): Promise<Page<Task>> {
      let own = db.read.selectFrom('tasks').where('author_id', '=', caller.userId)
      if (query.done !== undefined) own = own.where('done', '=', Number(query.done))
      if (query.cursor !== undefined)
        own = own.where('id', '<', decodeCursor(query.cursor, ['number'])[0] as number)
      const rows = await own
        .orderBy('id', 'desc')
        .limit(query.limit + 1)
        .selectAll()
        .execute()
      return toPage(
        rows,
        query.limit,
        (row) => present(row, caller),
        (row) => [row.id],
      )
    },

    /** Oldest first, with the day each is due; for other rooms, which have asked whether they may. */
    async allOf(userId: number, max?: number): Promise<Pick<Task, 'text' | 'done' | 'due_at'>[]> {
      const own = db.read.selectFrom('tasks').where('author_id', '=', userId).orderBy('id').selectAll()
      const rows = await (max === undefined ? own : own.limit(max)).execute()
      return rows.map(({ text, done, due_at }) => {
        return { text, done: done === 1, due_at: toTimestampOrNull(due_at)?.slice(0, 10) ?? null }
      })
    },

    async get(caller: Caller, id: number): Promise<Task> {
      return present(await rowOf(db.read, caller, id), caller)
    },

    async update(caller: Caller, id: number, patch: TaskPatch, ifMatch?: string): Promise<Task> {
      return db.write(async (tx) => {
        const row = await rowOf(tx, caller, id)
        assertMatch(ifMatch, present(row, caller))
        const changed = withPatch(row, patch, clock())
        const { text, done, due_at, updated_at } = changed
        await tx.updateTable('tasks').where('id', '=', id).set({ text, done, due_at, updated_at }).execute()
        return present(changed, caller)
      })
    },

    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        assertMatch(ifMatch, present(await rowOf(tx, caller, id), caller))
        await tx.deleteFrom('tasks').where('id', '=', id).execute()
      })
    },
  }
}

export type Tasks = ReturnType<typeof createTasks>

async function rowOf(sql: TransactionOf<TaskTables>, caller: Caller, id: number): Promise<Row> {
  const own = sql.selectFrom('tasks').where('id', '=', id).where('author_id', '=', caller.userId)
  const row = await own.selectAll().executeTakeFirst()
  if (row === undefined) throw notFound('task')
  return row
}

function withPatch(row: Row, { text = row.text, done, due_at }: TaskPatch, now: number): Row {
  return {
    ...row,
    text,
    done: done === undefined ? row.done : Number(done),
    due_at: due_at === undefined ? row.due_at : toEpochMs(due_at),
    updated_at: laterThan(row.updated_at, now),
  }
}

function toEpochMs(timestamp: string | null): number | null {
  return timestamp === null ? null : Date.parse(timestamp)
}

function present({ id, text, done, due_at, created_at, updated_at }: Row, { username }: Caller): Task {
  return {
    id,
    text,
    done: done === 1,
    due_at: toTimestampOrNull(due_at),
    author: username,
    created_at: toTimestamp(created_at),
    updated_at: toTimestamp(updated_at),
  }
}
