import { type RawBuilder, sql } from 'kysely'
import type { Refusal } from './index.ts'
import { type Engine, idOf } from './messages.ts'

/** As `lease` makes them; whatever else a caller sends names no delivery. */
const RECEIPT = /^(\d+)\.[\w-]{16}$/

/** What a statement says behind `where`, so that it does something for those deliveries only that are still out. */
type Leased = RawBuilder<unknown>

interface Settlement {
  queue: string
  receipts: string[]
  now: number
}

/** Done with: gone. Like its neighbours it returns the places of the stale receipts, for which nothing was done. */
export function removeLeased(engine: Engine, settlement: Settlement): Promise<number[]> {
  return settle(engine, settlement, (leased) => sql`delete from queue_messages where ${leased} returning id`)
}

export function returnLeased(engine: Engine, settlement: Settlement, refusal: Refusal): Promise<number[]> {
  const { delaySeconds, reason, deliveriesMax, isUncounted = false } = refusal
  const heldUntil = delaySeconds > 0 ? settlement.now + delaySeconds * 1000 : 0
  const counted = isUncounted ? sql`deliveries - 1` : sql`deliveries`
  const isLast = isUncounted ? sql`false` : sql`deliveries >= ${deliveriesMax}`
  return settle(
    engine,
    settlement,
    (leased) => sql`
      update queue_messages
      set state = case when ${isLast} then 'dead' else cast(${heldUntil > 0 ? 'held' : 'waiting'} as text) end,
        held_until = case when ${isLast} then 0 else cast(${heldUntil} as bigint) end,
        receipt = null,
        deliveries = ${counted},
        reason = ${reason}
      where ${leased} returning id`,
  )
}

export function extendLeased(engine: Engine, settlement: Settlement, until: number): Promise<number[]> {
  return settle(
    engine,
    settlement,
    (leased) => sql`update queue_messages set held_until = ${until} where ${leased} returning id`,
  )
}

/** One statement for all receipts, where no two name the same message. */
async function settle(
  engine: Engine,
  { queue, receipts, now }: Settlement,
  change: (leased: Leased) => RawBuilder<unknown>,
): Promise<number[]> {
  const done = new Set<number>()
  for (const byId of rounds(receipts)) {
    const leased = leasedIn(
      engine,
      [...byId.values()].map((index) => String(receipts[index])),
    )
    const statement = sql<{
      id: number
    }>`${change(sql`${leased} and queue = ${queue} and held_until > ${now}`)}`
    for (const { id } of (await statement.execute(engine.tx)).rows) done.add(Number(byId.get(id)))
  }
  return [...receipts.keys()].filter((index) => !done.has(index))
}

/** The places of the receipts by the message that they name, each message once in a round. */
function rounds(receipts: string[]): Map<number, number>[] {
  const all: Map<number, number>[] = []
  for (const [index, receipt] of receipts.entries()) {
    const id = idOf(RECEIPT.exec(receipt)?.[1] ?? '')
    if (id === 0) continue
    let round = all.find((byId) => !byId.has(id))
    if (round === undefined) {
      round = new Map()
      all.push(round)
    }
    round.set(id, index)
  }
  return all
}

/** Each receipt begins with its id, so one of these is that of its own row. */
function leasedIn({ idiom }: Engine, receipts: string[]) {
  const rows = receipts.map((receipt) => ({ id: Number.parseInt(receipt, 10), receipt }))
  const given = idiom.rows(rows, { id: 'bigint', receipt: 'text' })
  return sql`id ${idiom.amongThose(sql`select id from ${given} as given`)}
    and receipt in (select receipt from ${given} as given)`
}
