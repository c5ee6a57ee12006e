import { sql } from 'kysely'
import { tablesOf } from '../database/index.ts'
import type { QueueInspection } from './index.ts'
import { type Engine, idOf, type QueueTables, withIds } from './messages.ts'
import { browse } from './table-browse.ts'
import { countByState } from './table-counts.ts'
import { poke, type TableQueueOptions } from './tables.ts'

/** Looking into the same tables. */
export function createTableInspection(options: TableQueueOptions): QueueInspection {
  const { bus, clock } = options
  const { idiom } = options.db
  const db = tablesOf<QueueTables>(options.db)

  function change<Result>(run: (engine: Engine) => Promise<Result>): Promise<Result> {
    return db.write((tx) => run({ tx, idiom }), 'row_locks')
  }

  return {
    counts: (queue) => countByState(db.read, queue, clock()),
    browse: (queue, request) => browse({ tx: db.read, idiom }, queue, request, clock()),
    edit: (queue, id, body) =>
      change(async ({ tx }) => {
        const { numAffectedRows = 0n } = await sql`
          update queue_messages set body = ${body}
          where id = ${idOf(id)} and queue = ${queue} and state = 'dead'`.execute(tx)
        return numAffectedRows > 0n
      }),
    redrive: (queue, ids) =>
      change(async (engine) => {
        poke(bus, engine.tx, queue)
        const named = ids === null ? sql`` : sql`and id ${withIds(engine, ids.map(idOf))}`
        const { numAffectedRows = 0n } = await sql`
          update queue_messages set state = 'waiting', deliveries = 0, reason = null
          where queue = ${queue} and state = 'dead' ${named}`.execute(engine.tx)
        return Number(numAffectedRows)
      }),
    purge: (queue) =>
      change(async ({ tx }) => {
        const { numAffectedRows = 0n } = await sql`
          delete from queue_messages where queue = ${queue}`.execute(tx)
        return Number(numAffectedRows)
      }),
  }
}
