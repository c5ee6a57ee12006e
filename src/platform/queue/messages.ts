import { randomBytes } from 'node:crypto'
import type { Generated, Selectable } from 'kysely'
import type { NoTables, TransactionOf } from '../database/index.ts'
import type { Delivery, NewMessage, Refusal } from './index.ts'

export interface QueueTables extends NoTables {
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

export type Tx = TransactionOf<QueueTables>
export type Row = Selectable<QueueTables['queue_messages']>

/** Leases taken back in one receive. Bounds the work of a receive after a long stop; the rest follows with the next one. */
const RETURNED_MAX = 1_000

export async function insertOnce(tx: Tx, queue: string, message: NewMessage, now: number): Promise<string> {
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
export async function returnDue(tx: Tx, queue: string, now: number): Promise<void> {
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
  /** 0: received for good. */
  leaseSeconds: number
}

/** Walks from the oldest waiting message on until `max` are leased, clearing away what must not be delivered any more. */
export async function takeHead(tx: Tx, queue: string, take: Take): Promise<Delivery[]> {
  const taken: Delivery[] = []
  for (;;) {
    const head = await headOf(tx, queue, take.max - taken.length)
    for (const row of head) {
      if (row.expires_at !== null && row.expires_at <= take.now) await forget(tx, row.id)
      else if (row.deliveries >= take.deliveriesMax) await bury(tx, row)
      else taken.push(await deliver(tx, row, take))
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

async function deliver(tx: Tx, row: Row, { now, leaseSeconds }: Take): Promise<Delivery> {
  const receipt = `${row.id}.${randomBytes(12).toString('base64url')}`
  const deliveries = row.deliveries + 1
  const change = { state: 'held' as const, held_until: now + leaseSeconds * 1000, receipt, deliveries }
  if (leaseSeconds === 0) await forget(tx, row.id)
  else await tx.updateTable('queue_messages').where('id', '=', row.id).set(change).execute()
  return { id: String(row.id), receipt, body: row.body, deliveries, pushedAt: row.pushed_at }
}

export async function giveBack(
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

export function leased(tx: Tx, queue: string, receipt: string, now: number) {
  return tx
    .updateTable('queue_messages')
    .where('id', '=', idOf(receipt))
    .where('queue', '=', queue)
    .where('receipt', '=', receipt)
    .where('held_until', '>', now)
}

/** The row number that every receipt begins with; whatever else a caller sends names no row. */
export function idOf(receipt: string): number {
  const id = Number.parseInt(receipt, 10)
  return Number.isSafeInteger(id) ? id : -1
}
