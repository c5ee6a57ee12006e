import type { Selectable } from 'kysely'
import type { JsonText } from '../../http/conditional.ts'
import type { Clock } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import { etagOfText } from '../../kit/etag.ts'
import { sharing } from '../../kit/gathering.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import { type Database, keptQuery, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import type { QueueInspection } from '../../platform/queue/index.ts'
import type { Queue, QueueQuery, QueueSettings } from './schemas.ts'
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
      const row = await rowOf(name)
      if (row !== undefined) return row
      await make(db, { name, ...PRESET, created_at: clock() })
      return find(name)
    },

    /** By name, a page at a time: each takes a count of its messages. */
    async list({ limit, cursor }: QueueQuery): Promise<Page<Queue>> {
      const after = cursor === undefined ? '' : String(decodeCursor(cursor, ['string'])[0])
      const further = db.read.selectFrom('queues').where('name', '>', after).selectAll()
      const rows = await further
        .orderBy('name')
        .limit(limit + 1)
        .execute()
      const page = toPage(rows, limit, describe, ({ name }) => [name])
      return { ...page, items: await Promise.all(page.items) }
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
      await queue.remove(name)
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

/** Somebody else may have been quicker, with settings of theirs. */
async function make(db: Database<QueueTables>, row: Row): Promise<void> {
  await db.write((tx) =>
    tx
      .insertInto('queues')
      .values(row)
      .onConflict((clash) => clash.doNothing())
      .execute(),
  )
}
