import { sql } from 'kysely'
import { type Engine, hasExpired } from './messages.ts'

interface Bounds {
  now: number
  max: number
}

/** Those whose time was over first; how many. What another change holds is left to that one. */
export async function clearExpired(
  { tx, idiom }: Engine,
  queue: string,
  { now, max }: Bounds,
): Promise<number> {
  const expired = sql`
    select id from queue_messages where queue = ${queue} and ${hasExpired(now)}
    order by expires_at limit ${max} ${idiom.skipLocked}`
  const { numAffectedRows = 0n } = await sql`
    delete from queue_messages where id ${idiom.amongThose(expired)}`.execute(tx)
  return Number(numAffectedRows)
}

/** A message that is only there because nobody has cleared it away yet must not stand for a new one. */
export async function freeDedupIds(
  { tx, idiom }: Engine,
  queue: string,
  { dedupIds, now }: { dedupIds: string[]; now: number },
): Promise<void> {
  const given = idiom.rows(
    dedupIds.map((dedup_id) => ({ dedup_id })),
    { dedup_id: 'text' },
  )
  const holders = sql`
    select id from queue_messages where queue = ${queue} and dedup_id in (select dedup_id from ${given} as given)
      and ${hasExpired(now)}`
  await sql`delete from queue_messages where id ${idiom.amongThose(holders)}`.execute(tx)
}
