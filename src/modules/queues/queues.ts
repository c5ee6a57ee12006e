import type { Selectable } from 'kysely'
import type { JsonText } from '../../http/conditional.ts'
import type { Clock } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import { etagOfText } from '../../kit/etag.ts'
import { sharing } from '../../kit/gathering.ts'
import { type Database, keptQuery, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import type { QueueInspection } from '../../platform/queue/index.ts'
import type { Queue, QueueSettings } from './schemas.ts'
import type { QueueTables } from './tables.ts'

type Row = Selectable<QueueTables['queues']>

/** A queue that nobody has set up. */
const PRESET = { max_deliveries: 5, lease_seconds: 30, ttl_seconds: null }

/** Named queues: their settings are rows of ours, whichever engine keeps the messages. */
export function createQueues(options: { db: Database; clock: Clock; queue: QueueInspection }) {
  const { clock, queue } = options
  const db = tablesOf<QueueTables>(options.db)
  const rowOf = createRowOf(db)

  async function find(name: string): Promise<Row> {
    const row = await rowOf(name)
    if (row === undefined) throw notFound('queue')
    return row
  }

  async function describe(row: Row): Promise<Queue> {
    const { oldestPushedAt, ...counts } = await queue.counts(row.name)
    const { name, max_deliveries, lease_seconds, ttl_seconds } = row
    const oldest_age_seconds = oldestPushedAt === null ? null : Math.max(0, clock() - oldestPushedAt) / 1000
    return { name, ...counts, oldest_age_seconds, settings: { max_deliveries, lease_seconds, ttl_seconds } }
  }

  async function read(name: string): Promise<Queue> {
    return describe(await find(name))
  }

  return {
    find,

    /** A queue is made by its first push. */
    async findOrMake(name: string): Promise<Row> {
      return find(name).catch(() => make(db, name, clock()))
    },

    async list(): Promise<{ items: Queue[] }> {
      const rows = await db.read.selectFrom('queues').selectAll().orderBy('name').execute()
      return { items: await Promise.all(rows.map(describe)) }
    },

    /** The first so many by name. */
    async first(max: number): Promise<Queue[]> {
      const rows = await db.read.selectFrom('queues').selectAll().orderBy('name').limit(max).execute()
      return Promise.all(rows.map(describe))
    },

    get: sharing(read),

    /** As it is answered. */
    serve: sharing(async (name): Promise<JsonText> => {
      const text = JSON.stringify(await read(name))
      return { text, etag: etagOfText(text) }
    }),

    async configure(name: string, settings: QueueSettings): Promise<Queue> {
      const made = { name, ...settings, created_at: clock() }
      await db.write((tx) => {
        const insert = tx.insertInto('queues').values(made)
        return insert.onConflict((clash) => clash.column('name').doUpdateSet(settings)).execute()
      })
      return read(name)
    },

    /** The queue and every message in it. */
    async remove(name: string): Promise<void> {
      await find(name)
      await queue.purge(name)
      await db.write(async (tx) => {
        await tx.deleteFrom('queue_history').where('queue', '=', name).execute()
        await tx.deleteFrom('queues').where('name', '=', name).execute()
      })
    },
  }
}

export type Queues = ReturnType<typeof createQueues>

/** Every call of every producer and consumer asks it. */
function createRowOf({ read }: Database<QueueTables>): (name: string) => Promise<Row | undefined> {
  const select = keptQuery((sql: TransactionOf<QueueTables>, { name }: { name: string }) =>
    sql.selectFrom('queues').where('name', '=', name).selectAll().compile(),
  )
  return sharing(async (name) => (await select(read, { name }))[0])
}

async function make(db: Database<QueueTables>, name: string, now: number): Promise<Row> {
  const row = { name, ...PRESET, created_at: now }
  await db.write((tx) =>
    tx
      .insertInto('queues')
      .values(row)
      .onConflict((clash) => clash.doNothing())
      .execute(),
  )
  return row
}
