import { type RawBuilder, sql } from 'kysely'
import { afterCommit, tablesOf } from '../database/index.ts'
import type { BrowseRequest, KeptMessage, MessageState, QueueCounts, QueueInspection } from './index.ts'
import { idOf, type QueueTables, type Row, type Tx } from './messages.ts'
import { type TableQueueOptions, topicOf } from './tables.ts'

/** Looking into the same tables. */
export function createTableInspection(options: TableQueueOptions): QueueInspection {
  const { bus, clock } = options
  const db = tablesOf<QueueTables>(options.db)
  return {
    counts: (queue) => countByState(db.read, queue, clock()),
    browse: (queue, request) => browse(db.read, queue, request, clock()),
    async edit(queue, id, body) {
      const dead = await db.write((tx) =>
        deadIn(tx, queue).where('id', '=', idOf(id)).set({ body }).executeTakeFirst(),
      )
      return dead.numUpdatedRows > 0n
    },
    redrive(queue, ids) {
      return db.write(async (tx) => {
        const all = deadIn(tx, queue).set({ state: 'waiting', deliveries: 0, reason: null, held_until: 0 })
        const redriven = ids === null ? all : all.where('id', 'in', ids.map(idOf))
        afterCommit(tx, () => bus.publish(topicOf(queue)))
        return Number((await redriven.executeTakeFirst()).numUpdatedRows)
      })
    },
    purge(queue) {
      return db.write(async (tx) => {
        const all = tx.deleteFrom('queue_messages').where('queue', '=', queue)
        return Number((await all.executeTakeFirst()).numDeletedRows)
      })
    },
  }
}

function deadIn(tx: Tx, queue: string) {
  return tx.updateTable('queue_messages').where('queue', '=', queue).where('state', '=', 'dead')
}

/** A lease that ran out counts as waiting, though nobody has taken it back yet. */
export async function countByState(tables: Tx, queue: string, now: number): Promise<QueueCounts> {
  const held = sql<boolean>`state = 'held' and held_until > ${now}`
  const count = (of: RawBuilder<boolean>) => sql<number>`coalesce(sum(case when ${of} then 1 else 0 end), 0)`
  const waits = sql<boolean>`state = 'waiting' or (state = 'held' and held_until <= ${now})`
  return tables
    .selectFrom('queue_messages')
    .where('queue', '=', queue)
    .select([
      count(waits).as('waiting'),
      count(sql`${held} and receipt is not null`).as('leased'),
      count(sql`${held} and receipt is null`).as('delayed'),
      count(sql`state = 'dead'`).as('dead'),
      sql<number | null>`min(case when ${waits} then pushed_at end)`.as('oldestPushedAt'),
    ])
    .executeTakeFirstOrThrow()
}

const MATCHES = {
  waiting: (now: number) => sql<boolean>`(state = 'waiting' or (state = 'held' and held_until <= ${now}))`,
  leased: (now: number) => sql<boolean>`(state = 'held' and held_until > ${now} and receipt is not null)`,
  delayed: (now: number) => sql<boolean>`(state = 'held' and held_until > ${now} and receipt is null)`,
  dead: () => sql<boolean>`state = 'dead'`,
}

export async function browse(tables: Tx, queue: string, request: BrowseRequest, now: number) {
  const { state, limit, after, contains } = request
  let matching = tables.selectFrom('queue_messages').where('queue', '=', queue).where(MATCHES[state](now))
  if (after !== null) matching = matching.where('id', '>', idOf(after))
  if (contains !== null) matching = matching.where(sql<boolean>`replace(body, ${contains}, '') <> body`)
  const rows = await matching
    .orderBy('id')
    .limit(limit + 1)
    .selectAll()
    .execute()
  const messages = rows.slice(0, limit).map((row) => toKept(row, state))
  return { messages, next: rows.length > limit ? (messages.at(-1)?.id ?? null) : null }
}

function toKept(row: Row, state: MessageState): KeptMessage {
  const { id, body, deliveries, pushed_at, held_until, reason } = row
  const dueAt = state === 'leased' || state === 'delayed' ? held_until : null
  return { id: String(id), state, body, deliveries, pushedAt: pushed_at, dueAt, reason }
}
