import { type Generated, sql } from 'kysely'
import type { Idiom, NoTables, TransactionOf } from '../database/index.ts'

export interface QueueTables extends NoTables {
  queue_messages: {
    id: Generated<number>
    queue: string
    body: string
    /** `held`: leased (it has a receipt) or delayed. */
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

/** Where a statement runs, and how it is said there. */
export interface Engine {
  tx: Tx
  idiom: Idiom
}

/**
 * The place of a message in its queue. Were it the bare id, PostgreSQL would go along the primary key, and through all other
 * queues, where it expects to meet enough of this one on the way.
 */
export const place = sql`(id + 0)`

/** Nobody received it in its time to live. What was delivered once, stays. */
export function hasExpired(now: number) {
  return sql<boolean>`(expires_at <= ${now} and deliveries = 0)`
}

export function isFresh(now: number) {
  return sql<boolean>`(expires_at is null or expires_at > ${now} or deliveries > 0)`
}

/** Above it no number is an id; `0` names no row. */
export function idOf(text: string): number {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : 0
}

/** Rows with these ids, as what a statement names its rows by. */
export function withIds({ idiom }: Engine, ids: number[]) {
  const rows = ids.map((id) => ({ id }))
  return idiom.amongThose(sql`select id from ${idiom.rows(rows, { id: 'bigint' })} as given`)
}

export function topicOf(queue: string): string {
  return `queue:${queue}`
}
