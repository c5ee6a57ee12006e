import { sql } from 'kysely'
import type { Caller } from '../../http/access.ts'
import type { Clock } from '../../kit/clock.ts'
import { LoggiaError } from '../../kit/errors.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { present, type Row } from './rows.ts'
import type { ChangesQuery, TaskChange, TaskChanges } from './schemas.ts'
import type { TaskTables } from './tables.ts'

/** A client that was away for longer begins anew. */
const KEPT_MS = 90 * 24 * 3600 * 1000
/** Tombstones in one transaction: on SQLite everybody's changes wait for it. */
const PURGED_AT_ONCE = 1000

type ChangeRow = Row & { deleted: number }

/** What happened to somebody's tasks, in the order of their change numbers, for clients that keep a copy. */
export function createTaskChanges(options: { db: Database; clock: Clock }) {
  const { clock } = options
  const db = tablesOf<TaskTables>(options.db)

  /** One statement, so one look: a change that is committed between two would be stepped over. */
  async function after({ userId }: Caller, { since, knownAt }: Mark, limit: number): Promise<ChangeRow[]> {
    const { rows } = await sql<ChangeRow>`
      select * from (
        select change, id, text, done, due_at, created_at, updated_at, 0 as deleted from tasks
        where author_id = ${userId} and change > ${since} order by change limit ${limit}
      ) as present
      union all select * from (
        select change, task_id, ${NO_TEXT}, ${NONE}, ${NONE}, ${NONE}, ${NONE}, 1 from task_tombstones
        where user_id = ${userId} and change > ${Math.max(since, knownAt)} order by change limit ${limit}
      ) as gone
      order by change limit ${limit}`.execute(db.read)
    return rows
  }

  return {
    /** Throws `resync_required` when what was deleted since then is no longer known. */
    async list(caller: Caller, { since, limit }: ChangesQuery): Promise<TaskChanges> {
      const mark = parse(since) ?? { since: 0, knownAt: (await ownerOf(db.read, caller)).last_change }
      const rows = await after(caller, mark, limit + 1)
      // Looked at after the rows: had tombstones been purged meanwhile, it says so.
      const { last_change, purged_change } = await ownerOf(db.read, caller)
      if (mark.knownAt < purged_change || mark.knownAt > last_change) throw resyncRequired()
      const shown = rows.slice(0, limit)
      const has_more = rows.length > limit
      const next = { since: shown.at(-1)?.change ?? mark.since, knownAt: mark.knownAt }
      return {
        items: shown.map((row) => toChange(row, caller)),
        next_since: has_more ? write(next) : `${Math.max(next.since, next.knownAt)}`,
        has_more,
      }
    },

    /** Forgets what was deleted long ago. */
    async purge(): Promise<void> {
      let purged: number
      do purged = await db.write((tx) => purgeSome(tx, clock() - KEPT_MS), 'row_locks')
      while (purged === PURGED_AT_ONCE)
    },
  }
}

export type TaskChangeLog = ReturnType<typeof createTaskChanges>

/**
 * How far a client has read, and the change from which on it must be told what was deleted. The two differ only while a first
 * copy is read page by page: what was deleted before that began was never in it.
 */
interface Mark {
  since: number
  knownAt: number
}

/** `57`, or `3-500`; null for 0, where a copy begins. */
function parse(text: string): Mark | null {
  const [since = 0, knownAt = since] = text.split('-').map(Number)
  return since === 0 && knownAt === 0 ? null : { since, knownAt }
}

function write({ since, knownAt }: Mark): string {
  return knownAt <= since ? `${since}` : `${since}-${knownAt}`
}

const NO_TEXT = sql`cast(null as text)`
const NONE = sql`cast(null as bigint)`

async function ownerOf(sql: TransactionOf<TaskTables>, { userId }: Caller) {
  const owner = sql.selectFrom('task_owners').where('user_id', '=', userId).selectAll()
  return (await owner.executeTakeFirst()) ?? { last_change: 0, purged_change: 0 }
}

function toChange(row: ChangeRow, caller: Caller): TaskChange {
  const { change, id } = row
  const deleted = row.deleted === 1
  return { change, id, deleted, task: deleted ? null : present(row, caller) }
}

function resyncRequired(): LoggiaError {
  return new LoggiaError(
    'gone',
    'resync_required',
    'What was deleted since then is no longer known. Drop your copy and begin again with since=0.',
  )
}

/** The oldest tombstones, and whatever their owners deleted before them. */
async function purgeSome(tx: TransactionOf<TaskTables>, before: number): Promise<number> {
  const oldest = tx.selectFrom('task_tombstones').where('deleted_at', '<=', before).orderBy('deleted_at')
  const rows = await oldest.select(['user_id', 'change']).limit(PURGED_AT_ONCE).execute()
  const upTo = new Map<number, number>()
  for (const { user_id, change } of rows) upTo.set(user_id, Math.max(change, upTo.get(user_id) ?? 0))
  // In one order everywhere, so that two processes do not wait for one another.
  for (const [userId, change] of [...upTo].sort(([a], [b]) => a - b)) {
    const owner = tx.updateTable('task_owners').where('user_id', '=', userId)
    await owner.where('purged_change', '<', change).set({ purged_change: change }).execute()
    const gone = tx.deleteFrom('task_tombstones').where('user_id', '=', userId)
    await gone.where('change', '<=', change).execute()
  }
  return rows.length
}
