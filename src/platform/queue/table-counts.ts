import { sql } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import type { QueueCounts } from './index.ts'
import { hasExpired, isFresh, place, type Tx } from './messages.ts'

interface Row {
  waiting: number
  due: number
  expired: number
  held: number
  delayed: number
  dead: number
  oldest: number | null
}

/** Counting a million takes some 30 ms on SQLite and 150 on PostgreSQL: from here on it is not done for everybody who asks. */
const FEW = 100_000
const KEPT_MS_PER_MESSAGE = 0.002

/** Exact; of a queue with a million messages some two seconds old. */
export function createCounts(tables: Tx, clock: Clock) {
  const kept = new Map<string, { counts: QueueCounts; untilMs: number }>()

  async function counts(queue: string): Promise<QueueCounts> {
    const known = kept.get(queue)
    if (known && performance.now() < known.untilMs) return known.counts
    kept.delete(queue)
    const counted = await countByState(tables, queue, clock())
    const { waiting, leased, delayed, dead } = counted
    const amount = waiting + leased + delayed + dead
    if (amount > FEW)
      kept.set(queue, { counts: counted, untilMs: performance.now() + amount * KEPT_MS_PER_MESSAGE })
    return counted
  }

  return { counts, countAnew: (queue: string) => void kept.delete(queue) }
}

/**
 * From indexes alone. A lease that ran out counts as waiting, though nobody has taken it back yet; what has expired counts as
 * gone, though nobody has cleared it away yet.
 */
async function countByState(tables: Tx, queue: string, now: number): Promise<QueueCounts> {
  const of = sql`from queue_messages where queue = ${queue}`
  const { rows } = await sql<Row>`
    select
      (select count(*) ${of} and state = 'waiting') as waiting,
      (select count(*) ${of} and state = 'held' and held_until <= ${now}) as due,
      (select count(*) ${of} and ${hasExpired(now)}) as expired,
      (select count(*) ${of} and state = 'held' and held_until > ${now}) as held,
      (select count(*) ${of} and state = 'held' and receipt is null and held_until > ${now}) as delayed,
      (select count(*) ${of} and state = 'dead') as dead,
      (select min(pushed_at) from queue_messages where id in (
        (select min(${place}) ${of} and state = 'waiting' and ${isFresh(now)}),
        (select min(${place}) ${of} and state = 'held' and held_until <= ${now} and ${isFresh(now)}))) as oldest
    `.execute(tables)
  const { waiting, due, expired, held, delayed, dead, oldest } = rows[0] as Row
  return {
    waiting: Math.max(0, waiting + due - expired),
    leased: held - delayed,
    delayed,
    dead,
    oldestPushedAt: oldest,
  }
}
