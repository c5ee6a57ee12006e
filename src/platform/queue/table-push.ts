import { sql } from 'kysely'
import type { NewMessage } from './index.ts'
import type { Engine } from './messages.ts'
import { clearExpired, freeDedupIds } from './table-expiry.ts'

const COLUMNS = { body: 'text', held_until: 'bigint', dedup_id: 'text', expires_at: 'bigint' } as const

interface Inserted {
  id: number
  dedup_id: string | null
}

/** The ids, in the order of the messages. */
export async function insertMessages(
  engine: Engine,
  queue: string,
  messages: NewMessage[],
  now: number,
): Promise<string[]> {
  const rows = withoutRepeats(messages).map((message) => toRow(message, now))
  await makeRoom(engine, queue, rows, now)
  return idsOf(messages, await insert(engine, queue, rows, now))
}

type Row = ReturnType<typeof toRow>

/** What has expired frees its dedup id; and it goes faster than it comes, though nobody may ever receive. */
async function makeRoom(engine: Engine, queue: string, rows: Row[], now: number): Promise<void> {
  const dedupIds = rows.flatMap(({ dedup_id }) => dedup_id ?? [])
  if (dedupIds.length > 0) await freeDedupIds(engine, queue, { dedupIds, now })
  const expiring = rows.filter(({ expires_at }) => expires_at !== null).length
  if (expiring > 0) await clearExpired(engine, queue, { now, max: 2 * expiring })
}

/** One statement for all of them. */
async function insert({ tx, idiom }: Engine, queue: string, rows: Row[], now: number): Promise<Inserted[]> {
  const given = idiom.rows(rows, COLUMNS)
  const inserted = await sql<Inserted>`
    insert into queue_messages (queue, body, state, held_until, deliveries, dedup_id, expires_at, pushed_at)
    select ${queue}, body, case when held_until > 0 then 'held' else 'waiting' end, held_until, 0, dedup_id,
      expires_at, cast(${now} as bigint)
    from ${given} as given
    where true
    on conflict (queue, dedup_id) where dedup_id is not null do update set dedup_id = excluded.dedup_id
    returning id, dedup_id`.execute(tx)
  return inserted.rows
}

/** A statement may meet a dedup id only once. */
function withoutRepeats(messages: NewMessage[]): NewMessage[] {
  const seen = new Set<string>()
  return messages.filter(({ dedupId }) => {
    if (dedupId === undefined) return true
    const isFirst = !seen.has(dedupId)
    seen.add(dedupId)
    return isFirst
  })
}

function toRow({ body, delaySeconds = 0, dedupId, ttlSeconds }: NewMessage, now: number) {
  const waitsFrom = now + delaySeconds * 1000
  return {
    body,
    held_until: delaySeconds > 0 ? waitsFrom : 0,
    dedup_id: dedupId ?? null,
    expires_at: ttlSeconds === undefined ? null : waitsFrom + ttlSeconds * 1000,
  }
}

/** Rows come back in any order, but their ids are in that of the messages. */
function idsOf(messages: NewMessage[], inserted: Inserted[]): string[] {
  const byDedupId = new Map<string, number>()
  const others: number[] = []
  for (const { id, dedup_id } of inserted) {
    if (dedup_id === null) others.push(id)
    else byDedupId.set(dedup_id, id)
  }
  const inOrder = others.sort((a, b) => a - b).values()
  return messages.map(({ dedupId }) =>
    String(dedupId === undefined ? inOrder.next().value : byDedupId.get(dedupId)),
  )
}
