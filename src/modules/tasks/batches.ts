import { sql } from 'kysely'
import type { Caller } from '../../http/access.ts'
import type { Clock } from '../../kit/clock.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { createTaskInsert, toNewRow } from './making.ts'
import { createTurns, extendTurn } from './numbering.ts'
import { present, type Row, shownOf } from './rows.ts'
import type { Batch, BatchResult, Completed, NewTask, Task } from './schemas.ts'
import type { TaskTables } from './tables.ts'

/** Rows of one statement: engines bound its parameters. */
const ROWS_MAX = 500

/** Many changes in one transaction: all are stored, or none. */
export function createBatches(options: { db: Database; clock: Clock }) {
  const { clock } = options
  const db = tablesOf<TaskTables>(options.db)
  const insert = createTaskInsert()
  const takeTurn = createTurns()

  async function create(tx: TransactionOf<TaskTables>, caller: Caller, wanted: NewTask[]): Promise<Task[]> {
    const { change, at } = await takeTurn(tx, caller, { count: wanted.length, now: clock() })
    const rows = wanted.map((task, index) => toNewRow(task, caller, { change: change + index, at }))
    const made: Row[] = []
    for (let from = 0; from < rows.length; from += ROWS_MAX)
      made.push(...(await insert(tx, rows.slice(from, from + ROWS_MAX))))
    return made.map((row) => present(row, caller))
  }

  /** In the order of `ids`; one that is named twice is done already the second time. */
  async function complete(
    tx: TransactionOf<TaskTables>,
    caller: Caller,
    ids: number[],
  ): Promise<Completed[]> {
    const turn = await takeTurn(tx, caller, { count: ids.length, now: clock() })
    const rows = await ownRows(tx, caller, ids)
    const open = ids.flatMap((id) => rows.get(id) ?? []).filter(({ done }) => done === 0)
    const changed = toDone([...new Set(open)], turn)
    if (changed.some(({ updated_at }) => updated_at > turn.at)) await extendTurn(tx, caller, turn.at + 1)
    await store(tx, changed)
    for (const row of changed) rows.set(row.id, row)
    const fresh = new Set(changed.map(({ id }) => id))
    return ids.map((id) => {
      const row = rows.get(id)
      if (row === undefined) return { id, outcome: 'not_found', task: null }
      return { id, outcome: fresh.delete(id) ? 'completed' : 'already_done', task: present(row, caller) }
    })
  }

  return {
    run(caller: Caller, { create: wanted = [], complete: ids = [] }: Batch): Promise<BatchResult> {
      return db.write(async (tx) => {
        const created = wanted.length === 0 ? [] : await create(tx, caller, wanted)
        const completed = ids.length === 0 ? [] : await complete(tx, caller, ids)
        return { created, completed }
      }, 'row_locks')
    },
  }
}

export type Batches = ReturnType<typeof createBatches>

async function ownRows(
  tx: TransactionOf<TaskTables>,
  caller: Caller,
  ids: number[],
): Promise<Map<number, Row>> {
  const own = tx.selectFrom('tasks').where('author_id', '=', caller.userId).where('id', 'in', ids)
  return new Map((await own.selectAll().execute()).map((row) => [row.id, row]))
}

/** All at one time, which is later than that of any change before. */
function toDone(rows: Row[], { change, at }: { change: number; at: number }): Row[] {
  const updated_at = rows.some((row) => row.updated_at >= at) ? at + 1 : at
  return rows.map((row, index) => {
    const done = { ...row, done: 1, updated_at, change: change + index }
    return { ...done, shown: shownOf(done) }
  })
}

/** One statement for many rows: on SQLite everybody else's changes wait for it. */
async function store(tx: TransactionOf<TaskTables>, rows: Row[]): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_MAX) {
    const changed = rows.slice(from, from + ROWS_MAX)
    const values = changed.map(
      ({ id, updated_at, change, shown }) =>
        sql`(cast(${id} as bigint), cast(${updated_at} as bigint), cast(${change} as bigint), ${shown})`,
    )
    await sql`
      with changed (id, updated_at, change, shown) as (values ${sql.join(values)})
      update tasks set done = 1, updated_at = changed.updated_at, change = changed.change, shown = changed.shown
      from changed where changed.id = tasks.id`.execute(tx)
  }
}
