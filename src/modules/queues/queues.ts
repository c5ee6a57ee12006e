import type { Selectable } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { QueueInspection } from '../../platform/queue/index.ts'
import type { Queue, QueueSettings } from './schemas.ts'
import type { QueueTables } from './tables.ts'

type Row = Selectable<QueueTables['queues']>

/** A queue that nobody has set up. */
const PRESET = { max_deliveries: 5, lease_seconds: 30, ttl_seconds: null }

interface Options {
  db: Database
  clock: Clock
  queue: QueueInspection
  onError: (error: unknown, what: string) => void
}

/** Named queues: their settings are rows of ours, whichever engine keeps the messages. */
export function createQueues(options: Options) {
  const { clock, queue, onError } = options
  const db = tablesOf<QueueTables>(options.db)

  async function find(name: string): Promise<Row> {
    const row = await db.read.selectFrom('queues').where('name', '=', name).selectAll().executeTakeFirst()
    if (row === undefined) throw notFound('queue')
    return row
  }

  async function describe(row: Row): Promise<Queue> {
    const { oldestPushedAt, ...counts } = await queue.counts(row.name)
    const { name, max_deliveries, lease_seconds, ttl_seconds } = row
    const oldest_age_seconds = oldestPushedAt === null ? null : Math.max(0, clock() - oldestPushedAt) / 1000
    return { name, ...counts, oldest_age_seconds, settings: { max_deliveries, lease_seconds, ttl_seconds } }
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

    async get(name: string): Promise<Queue> {
      return describe(await find(name))
    },

    async configure(name: string, settings: QueueSettings): Promise<Queue> {
      const made = { name, ...settings, created_at: clock() }
      await db.write((tx) => {
        const insert = tx.insertInto('queues').values(made)
        return insert.onConflict((clash) => clash.column('name').doUpdateSet(settings)).execute()
      })
      return describe(await find(name))
    },

    /** What nobody received in its time to live, in all queues. */
    async clearExpired(): Promise<void> {
      const rows = await db.read.selectFrom('queues').select('name').execute()
      for (const { name } of rows)
        await queue
          .clearExpired(name)
          .catch((error) => onError(error, `What has expired in the queue "${name}" was not cleared away.`))
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
