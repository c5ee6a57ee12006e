import { tablesOf } from '../database/index.ts'
import type { QueueInspection } from './index.ts'
import { type Engine, idOf, type QueueTables } from './messages.ts'
import { browse } from './table-browse.ts'
import { createCounts } from './table-counts.ts'
import { clearExpired } from './table-expiry.ts'
import { edit, newestIn, redrive, redriveAfter, removeUpTo, STEP_ROWS } from './table-repair.ts'
import { poke, type TableQueueOptions } from './tables.ts'

/** Looking into the same tables. */
export function createTableInspection(options: TableQueueOptions): QueueInspection {
  const { bus, clock } = options
  const { idiom } = options.db
  const db = tablesOf<QueueTables>(options.db)
  const { counts, countAnew } = createCounts(db.read, clock)

  function change<Result>(run: (engine: Engine) => Promise<Result>): Promise<Result> {
    return db.write((tx) => run({ tx, idiom }), 'row_locks')
  }

  /** The ids of those that wait again. */
  function redriveSome(queue: string, run: (engine: Engine) => Promise<number[]>): Promise<number[]> {
    return change((engine) => {
      poke(bus, engine.tx, queue)
      return run(engine)
    })
  }

  /** Whoever dies again meanwhile is not met twice. */
  function redriveAll(queue: string): Promise<number> {
    let last = 0
    return untilNone(async () => {
      const ids = await redriveSome(queue, (engine) => redriveAfter(engine, queue, last))
      last = Math.max(last, ...ids)
      return ids.length
    })
  }

  /** What is pushed meanwhile stays. */
  async function purge(queue: string): Promise<number> {
    const newest = await newestIn(db.read, queue)
    const count = await untilNone(() => change((engine) => removeUpTo(engine, queue, newest)))
    countAnew(queue)
    return count
  }

  return {
    counts,
    browse: (queue, request) => browse({ tx: db.read, idiom }, queue, request, clock()),
    edit: (queue, id, body) => change((engine) => edit(engine, queue, { id: idOf(id), body })),
    async redrive(queue, ids) {
      if (ids === null) return redriveAll(queue)
      return (await redriveSome(queue, (engine) => redrive(engine, queue, ids.map(idOf)))).length
    },
    purge,
    async remove(queue) {
      await purge(queue)
    },
    clearExpired: (queue) =>
      untilNone(() => change((engine) => clearExpired(engine, queue, { now: clock(), max: STEP_ROWS }))),
  }
}

/** Fewer than were asked for are no sign of the end: others remove rows meanwhile. */
async function untilNone(removeSome: () => Promise<number>): Promise<number> {
  let count = 0
  for (;;) {
    const removed = await removeSome()
    if (removed === 0) return count
    count += removed
  }
}
