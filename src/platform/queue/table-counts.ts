import { sql } from 'kysely'
import type { QueueCounts } from './index.ts'
import type { Tx } from './messages.ts'

interface Row {
  waiting: number
  due: number
  held: number
  delayed: number
  dead: number
  oldest: number | null
}

/**
 * From indexes alone. A lease that ran out counts as waiting, though nobody has taken it back yet, and so does a message
 * whose time to live is over until a receive meets it.
 */
export async function countByState(tables: Tx, queue: string, now: number): Promise<QueueCounts> {
  const of = sql`from queue_messages where queue = ${queue}`
  const { rows } = await sql<Row>`
    select
      (select count(*) ${of} and state = 'waiting') as waiting,
      (select count(*) ${of} and state = 'held' and held_until <= ${now}) as due,
      (select count(*) ${of} and state = 'held' and held_until > ${now}) as held,
      (select count(*) ${of} and state = 'held' and receipt is null and held_until > ${now}) as delayed,
      (select count(*) ${of} and state = 'dead') as dead,
      (select min(pushed_at) from queue_messages where id in (
        (select min(id) ${of} and state = 'waiting'),
        (select min(id) ${of} and state = 'held' and held_until <= ${now}))) as oldest
    `.execute(tables)
  const { waiting, due, held, delayed, dead, oldest } = rows[0] as Row
  return { waiting: waiting + due, leased: held - delayed, delayed, dead, oldestPushedAt: oldest }
}
