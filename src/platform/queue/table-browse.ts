import { type RawBuilder, sql } from 'kysely'
import type { BrowseRequest, KeptMessage, MessageState } from './index.ts'
import { type Engine, idOf, isFresh, place } from './messages.ts'
import { earliestDue } from './table-receive.ts'

/** Messages whose bodies one search looks at. */
const SEARCHED_MAX = 2_000

interface Kept {
  id: number
  body: string
  deliveries: number
  pushed_at: number
  held_until: number
  reason: string | null
}

/**
 * Each a stretch of an index. Messages that are due wait again, though nobody has taken them back yet; those that have expired
 * are gone.
 */
const STRETCHES: Record<MessageState, (now: number, due: number | null) => RawBuilder<unknown>[]> = {
  waiting: (now, due) => {
    const untouched = sql`state = 'waiting' and ${isFresh(now)}`
    return due === null || due > now
      ? [untouched]
      : [untouched, sql`state = 'held' and held_until <= ${now} and ${isFresh(now)}`]
  },
  leased: (now) => [sql`state = 'held' and held_until > ${now} and receipt is not null`],
  delayed: (now) => [sql`state = 'held' and held_until > ${now} and receipt is null`],
  dead: () => [sql`state = 'dead'`],
}

export async function browse(engine: Engine, queue: string, request: BrowseRequest, now: number) {
  const { state, limit, contains } = request
  const seen = contains === null ? limit : SEARCHED_MAX
  const ids = await idsIn(engine, queue, { ...request, limit: seen + 1 }, now)
  const looked = ids.slice(0, seen)
  const found = await keptIn(engine, looked, request)
  const messages = found.slice(0, limit).map((row) => toKept(row, state))
  const last = found.length > limit ? messages.at(-1)?.id : ids.length > seen ? looked.at(-1) : undefined
  return { messages, next: last === undefined ? null : String(last) }
}

/** Oldest first. */
async function idsIn(
  { tx }: Engine,
  queue: string,
  { state, after, limit }: BrowseRequest,
  now: number,
): Promise<number[]> {
  const stretches = STRETCHES[state](now, await earliestDue(tx, queue)).map(
    (stretch) => sql`select * from (
      select id from queue_messages where queue = ${queue} and ${stretch} and ${place} > ${idOf(after ?? '')}
      order by ${place} limit ${limit}) as stretch`,
  )
  const { rows } = await sql<{ id: number }>`
    ${sql.join(stretches, sql` union all `)} order by id limit ${limit}`.execute(tx)
  return rows.map(({ id }) => id)
}

async function keptIn(
  { tx, idiom }: Engine,
  ids: number[],
  { contains, limit }: BrowseRequest,
): Promise<Kept[]> {
  const rows = idiom.rows(
    ids.map((id) => ({ id })),
    { id: 'bigint' },
  )
  const matching = contains === null ? sql`` : sql`and ${idiom.contains('body', contains)}`
  const kept = await sql<Kept>`
    select id, body, deliveries, pushed_at, held_until, reason from queue_messages
    where id ${idiom.amongThose(sql`select id from ${rows} as given`)} ${matching}
    order by id limit ${limit + 1}`.execute(tx)
  return kept.rows
}

function toKept(row: Kept, state: MessageState): KeptMessage {
  const { id, body, deliveries, pushed_at, held_until, reason } = row
  const dueAt = state === 'leased' || state === 'delayed' ? held_until : null
  return { id: String(id), state, body, deliveries, pushedAt: pushed_at, dueAt, reason }
}
