import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import type { Delivery, ReceiveRequest } from './index.ts'
import { type Engine, place, type Tx, withIds } from './messages.ts'
import { clearExpired } from './table-expiry.ts'

/** Rows cleared away or taken back in one statement. Bounds the work of a receive after a long stop; the rest follows. */
const CLEARED_MAX = 1_000

interface Taken {
  id: number
  body: string
  receipt: string
  deliveries: number
  pushed_at: number
  expires_at: number | null
}

export interface Received {
  deliveries: Delivery[]
  /** Only what must not be delivered any more was met: there may be more behind it. */
  again: boolean
  /** Messages wait that did not before, and that others may have passed over while they were locked. */
  returned: boolean
}

/** Leases the oldest of those that wait, or takes them for good, and clears away what must not be delivered any more. */
export async function takeHead(
  engine: Engine,
  queue: string,
  request: ReceiveRequest,
  now: number,
): Promise<Received> {
  const { tx, idiom } = engine
  const [due] = await Promise.all([earliestDue(tx, queue), idiom.alongIndexes(tx)])
  const returned = due !== null && due <= now ? await returnDue(engine, queue, now) : 0
  const terms = { ...request, queue, now }
  const popped = request.leaseSeconds === 0 ? await removeFit(engine, terms) : []
  const missing = request.max - popped.length
  const rows = missing > 0 ? await lease(engine, { ...terms, max: missing }) : []
  const fit = [...popped, ...(await keepFit(engine, terms, rows))]
  return {
    deliveries: fit.sort(byId).map(toDelivery),
    again: fit.length === 0 && rows.length > 0,
    returned: returned > 0,
  }
}

/** When the first of those that are leased or delayed waits again; `null` when none will. */
export async function earliestDue(tables: Tx, queue: string): Promise<number | null> {
  const { rows } = await sql<{ due: number | null }>`
    select min(held_until) as due from queue_messages where queue = ${queue} and state = 'held'`.execute(
    tables,
  )
  return rows[0]?.due ?? null
}

/** Leases that ran out and delays that are over: these wait again, at the place that their age gives them. */
async function returnDue({ tx, idiom }: Engine, queue: string, now: number): Promise<number> {
  const due = sql`
    select id from queue_messages where queue = ${queue} and state = 'held' and held_until <= ${now}
    order by held_until limit ${CLEARED_MAX} ${idiom.skipLocked}`
  const { numAffectedRows = 0n } = await sql`
    update queue_messages set state = 'waiting', held_until = 0, receipt = null
    where id ${idiom.amongThose(due)}`.execute(tx)
  return Number(numAffectedRows)
}

interface Terms extends ReceiveRequest {
  queue: string
  now: number
}

/** Nobody has to acknowledge them, so they need not be leased first. Those that are not fit stay. */
async function removeFit({ tx, idiom }: Engine, { queue, max, deliveriesMax, now }: Terms): Promise<Taken[]> {
  const head = headOf({ tx, idiom }, queue, max)
  const { rows } = await sql<Taken>`
    delete from queue_messages
    where id ${idiom.amongThose(head, max)} and deliveries < ${deliveriesMax}
      and (expires_at is null or expires_at > ${now} or deliveries > 0)
    returning id, body, '' as receipt, deliveries + 1 as deliveries, pushed_at, expires_at`.execute(tx)
  return rows
}

/** Of what was leased, that which may be delivered. */
async function keepFit(engine: Engine, terms: Terms, rows: Taken[]): Promise<Taken[]> {
  const { queue, leaseSeconds, deliveriesMax, now } = terms
  const fit: Taken[] = []
  const gone: number[] = []
  const exhausted: number[] = []
  for (const row of rows) {
    if (row.expires_at !== null && row.expires_at <= now && row.deliveries === 1) gone.push(row.id)
    else if (row.deliveries > deliveriesMax) exhausted.push(row.id)
    else fit.push(row)
  }
  // Where one has expired, its neighbours have too.
  if (gone.length > 0) await clearExpired(engine, queue, { now, max: CLEARED_MAX })
  if (leaseSeconds === 0) gone.push(...fit.map(({ id }) => id))
  if (gone.length > 0) await forget(engine, gone)
  if (exhausted.length > 0) await bury(engine, exhausted)
  return fit
}

function headOf({ idiom }: Engine, queue: string, limit: number) {
  return sql`
    select id from queue_messages where queue = ${queue} and state = 'waiting'
    order by ${place} limit ${limit} ${idiom.skipLocked}`
}

async function lease(engine: Engine, { queue, max, leaseSeconds, now }: Terms): Promise<Taken[]> {
  const until = now + leaseSeconds * 1000
  const nonce = randomBytes(12).toString('base64url')
  const taken = await sql<Taken>`
    update queue_messages
    set state = 'held', held_until = ${until}, deliveries = deliveries + 1,
      receipt = cast(id as text) || '.' || cast(${nonce} as text)
    where id ${engine.idiom.amongThose(headOf(engine, queue, max), max)}
    returning id, body, receipt, deliveries, pushed_at, expires_at`.execute(engine.tx)
  return taken.rows
}

async function forget(engine: Engine, ids: number[]): Promise<void> {
  await sql`delete from queue_messages where id ${withIds(engine, ids)}`.execute(engine.tx)
}

/** They were leased to nobody this time. */
async function bury(engine: Engine, ids: number[]): Promise<void> {
  await sql`
    update queue_messages
    set state = 'dead', held_until = 0, receipt = null, deliveries = deliveries - 1,
      reason = coalesce(reason, 'The lease of the last delivery ran out.')
    where id ${withIds(engine, ids)}`.execute(engine.tx)
}

const byId = (a: Taken, b: Taken) => a.id - b.id

function toDelivery({ id, receipt, body, deliveries, pushed_at }: Taken): Delivery {
  return { id: String(id), receipt, body, deliveries, pushedAt: pushed_at }
}
