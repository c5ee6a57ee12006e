import { randomBytes } from 'node:crypto'
import type { Generated, Selectable } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../bus/index.ts'
import { afterCommit, type Database, type NoTables, type TransactionOf, tablesOf } from '../database/index.ts'
import type { Delivery, NewMessage, Queue, ReceiveRequest, Refusal, Settled } from './index.ts'
import { untilWorthAnotherLook } from './waiting.ts'

interface QueueTables extends NoTables {
  queue_messages: {
    id: Generated<number>
    queue: string
    body: string
    state: 'waiting' | 'held' | 'dead'
    held_until: number
    receipt: string | null
    deliveries: number
    dedup_id: string | null
    expires_at: number | null
    pushed_at: number
    reason: string | null
  }
}

type Tx = TransactionOf<QueueTables>
type Row = Selectable<QueueTables['queue_messages']>

/** Leases taken back in one receive. Bounds the work of a receive after a long stop; the rest follows with the next one. */
const RETURNED_MAX = 1_000

export function createTableQueue(options: { db: Database; bus: Bus; clock: Clock }): Queue {
  const { bus, clock } = options
  const db = tablesOf<QueueTables>(options.db)
  const poke = (tx: Tx, queue: string) => afterCommit(tx, () => bus.publish(topicOf(queue)))

  async function receive(queue: string, request: ReceiveRequest): Promise<Delivery[]> {
    const deadline = clock() + request.waitSeconds * 1000
    for (;;) {
      const wait = untilWorthAnotherLook(bus, topicOf(queue), request.signal)
      try {
        const deliveries = await receiveNow(queue, request)
        const remainingMs = deadline - clock()
        if (deliveries.length > 0 || remainingMs <= 0 || request.signal?.aborted) return deliveries
        await wait.atMost(Math.min(remainingMs, await nextDueMs(queue)))
      } finally {
        wait.end()
      }
    }
  }

  function receiveNow(
    queue: string,
    { max, leaseSeconds, deliveriesMax }: ReceiveRequest,
  ): Promise<Delivery[]> {
    return db.write(async (tx) => {
      await returnDue(tx, queue, clock())
      return takeHead(tx, queue, {
        max,
        deliveriesMax,
        now: clock(),
        heldUntil: clock() + leaseSeconds * 1000,
      })
    })
  }

  async function nextDueMs(queue: string): Promise<number> {
    const { due } = await db.read
      .selectFrom('queue_messages')
      .where('queue', '=', queue)
      .where('state', '=', 'held')
      .select((of) => of.fn.min('held_until').as('due'))
      .executeTakeFirstOrThrow()
    return due === null ? Number.POSITIVE_INFINITY : Math.max(0, due - clock())
  }

  return {
    push(queue, messages) {
      return db.write(async (tx) => {
        const ids: string[] = []
        for (const message of messages) ids.push(await insertOnce(tx, queue, message, clock()))
        poke(tx, queue)
        return ids
      })
    },
    receive,
    ack(queue, receipts) {
      return settle(db, receipts, async (tx, receipt) => {
        const leased = tx
          .deleteFrom('queue_messages')
          .where('id', '=', idOf(receipt))
          .where('queue', '=', queue)
        const deleted = await leased
          .where('receipt', '=', receipt)
          .where('held_until', '>', clock())
          .executeTakeFirst()
        return deleted.numDeletedRows
      })
    },
    nack(queue, receipts, refusal) {
      return settle(db, receipts, async (tx, receipt) => {
        poke(tx, queue)
        return giveBack(tx, queue, receipt, refusal, clock())
      })
    },
    extend(queue, receipts, leaseSeconds) {
      return settle(db, receipts, async (tx, receipt) => {
        const held_until = clock() + leaseSeconds * 1000
        const extended = await leased(tx, queue, receipt, clock()).set({ held_until }).executeTakeFirst()
        return extended.numUpdatedRows
      })
    },
  }
}

function settle(
  db: Database<QueueTables>,
  receipts: string[],
  one: (tx: Tx, receipt: string) => Promise<bigint>,
): Promise<Settled> {
  return db.write(async (tx) => {
    const stale: string[] = []
    for (const receipt of receipts) if ((await one(tx, receipt)) === 0n) stale.push(receipt)
    return { done: receipts.length - stale.length, stale }
  })
}

const topicOf = (queue: string) => `queue:${queue}`

async function insertOnce(tx: Tx, queue: string, message: NewMessage, now: number): Promise<string> {
  const held = (message.delaySeconds ?? 0) > 0
  const inserted = await tx
    .insertInto('queue_messages')
    .values({
      queue,
      body: message.body,
      state: held ? 'held' : 'waiting',
      held_until: held ? now + (message.delaySeconds ?? 0) * 1000 : 0,
      deliveries: 0,
      dedup_id: message.dedupId ?? null,
      expires_at: message.ttlSeconds === undefined ? null : now + message.ttlSeconds * 1000,
      pushed_at: now,
    })
    .onConflict((clash) => clash.columns(['queue', 'dedup_id']).where('dedup_id', 'is not', null).doNothing())
    .returning('id')
    .executeTakeFirst()
  return String(inserted?.id ?? (await idOfDuplicate(tx, queue, message.dedupId ?? '')))
}

async function idOfDuplicate(tx: Tx, queue: string, dedupId: string): Promise<number> {
  const first = tx.selectFrom('queue_messages').where('queue', '=', queue).where('dedup_id', '=', dedupId)
  return (await first.select('id').executeTakeFirstOrThrow()).id
}

/** Leases that ran out and delays that are over: these wait again, at the place that their age gives them. */
async function returnDue(tx: Tx, queue: string, now: number): Promise<void> {
  const due = tx
    .selectFrom('queue_messages')
    .where('queue', '=', queue)
    .where('state', '=', 'held')
    .where('held_until', '<=', now)
    .orderBy('held_until')
    .limit(RETURNED_MAX)
    .select('id')
  await tx
    .updateTable('queue_messages')
    .where('id', 'in', due)
    .set({ state: 'waiting', held_until: 0, receipt: null })
    .execute()
}

interface Take {
  max: number
  deliveriesMax: number
  now: number
  heldUntil: number
}

/** Walks from the oldest waiting message on until `max` are leased, clearing away what must not be delivered any more. */
async function takeHead(tx: Tx, queue: string, take: Take): Promise<Delivery[]> {
  const taken: Delivery[] = []
  for (;;) {
    const head = await headOf(tx, queue, take.max - taken.length)
    for (const row of head) {
      if (row.expires_at !== null && row.expires_at <= take.now) await forget(tx, row.id)
      else if (row.deliveries >= take.deliveriesMax) await bury(tx, row)
      else taken.push(await lease(tx, row, take.heldUntil))
    }
    if (head.length === 0 || taken.length === take.max) return taken
  }
}

function headOf(tx: Tx, queue: string, limit: number): Promise<Row[]> {
  return tx
    .selectFrom('queue_messages')
    .where('queue', '=', queue)
    .where('state', '=', 'waiting')
    .where('held_until', '=', 0)
    .orderBy('id')
    .limit(limit)
    .selectAll()
    .execute()
}

async function forget(tx: Tx, id: number): Promise<void> {
  await tx.deleteFrom('queue_messages').where('id', '=', id).execute()
}

async function bury(tx: Tx, { id, reason }: Row): Promise<void> {
  const change = { state: 'dead' as const, reason: reason ?? 'The lease of the last delivery ran out.' }
  await tx.updateTable('queue_messages').where('id', '=', id).set(change).execute()
}

async function lease(tx: Tx, row: Row, heldUntil: number): Promise<Delivery> {
  const receipt = `${row.id}.${randomBytes(12).toString('base64url')}`
  const deliveries = row.deliveries + 1
  const change = { state: 'held' as const, held_until: heldUntil, receipt, deliveries }
  await tx.updateTable('queue_messages').where('id', '=', row.id).set(change).execute()
  return { id: String(row.id), receipt, body: row.body, deliveries, pushedAt: row.pushed_at }
}

async function giveBack(
  tx: Tx,
  queue: string,
  receipt: string,
  refusal: Refusal,
  now: number,
): Promise<bigint> {
  const held = refusal.delaySeconds > 0
  const back = await leased(tx, queue, receipt, now)
    .set({
      state: held ? 'held' : 'waiting',
      held_until: held ? now + refusal.delaySeconds * 1000 : 0,
      receipt: null,
      reason: refusal.reason,
    })
    .where('deliveries', '<', refusal.deliveriesMax)
    .executeTakeFirst()
  if (back.numUpdatedRows > 0n) return back.numUpdatedRows
  const dead = { state: 'dead' as const, held_until: 0, receipt: null, reason: refusal.reason }
  return (await leased(tx, queue, receipt, now).set(dead).executeTakeFirst()).numUpdatedRows
}

function leased(tx: Tx, queue: string, receipt: string, now: number) {
  return tx
    .updateTable('queue_messages')
    .where('id', '=', idOf(receipt))
    .where('queue', '=', queue)
    .where('receipt', '=', receipt)
    .where('held_until', '>', now)
}

/** The row number that every receipt begins with; whatever else a caller sends names no row. */
function idOf(receipt: string): number {
  const id = Number.parseInt(receipt, 10)
  return Number.isSafeInteger(id) ? id : -1
}
