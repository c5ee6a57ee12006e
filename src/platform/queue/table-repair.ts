import { type RawBuilder, sql } from 'kysely'
import { type Engine, place, type Tx, withIds } from './messages.ts'

/** Rows in one change of a repair that may be of any size: others get their turn in between. */
export const STEP_ROWS = 5_000

export async function edit(
  { tx }: Engine,
  queue: string,
  { id, body }: { id: number; body: string },
): Promise<boolean> {
  const { numAffectedRows = 0n } = await sql`
    update queue_messages set body = ${body} where id = ${id} and queue = ${queue} and state = 'dead'`.execute(
    tx,
  )
  return numAffectedRows > 0n
}

export function redrive(engine: Engine, queue: string, ids: number[]): Promise<number[]> {
  return redriveThose(engine, queue, withIds(engine, ids))
}

/** The oldest of those whose ids are higher, `STEP_ROWS` at most. */
export function redriveAfter(engine: Engine, queue: string, id: number): Promise<number[]> {
  const dead = sql`
    select id from queue_messages where queue = ${queue} and state = 'dead' and ${place} > ${id}
    order by ${place} limit ${STEP_ROWS}`
  return redriveThose(engine, queue, engine.idiom.amongThose(dead))
}

async function redriveThose({ tx }: Engine, queue: string, those: RawBuilder<unknown>): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    update queue_messages set state = 'waiting', deliveries = 0, reason = null, expires_at = null
    where id ${those} and queue = ${queue} and state = 'dead' returning id`.execute(tx)
  return rows.map(({ id }) => id)
}

/** The highest id in the queue; 0 when there is none. */
export async function newestIn(tables: Tx, queue: string): Promise<number> {
  const { rows } = await sql<{ newest: number | null }>`
    select max(id) as newest from (${ofAnyState(queue, sql`max(${place}) as id`)}) as states`.execute(tables)
  return rows[0]?.newest ?? 0
}

/** `STEP_ROWS` at most; how many. */
export async function removeUpTo({ tx, idiom }: Engine, queue: string, newest: number): Promise<number> {
  const some = sql`
    select id from (${ofAnyState(queue, sql`id`)}) as messages where id <= ${newest} limit ${STEP_ROWS}`
  const { numAffectedRows = 0n } = await sql`
    delete from queue_messages where id ${idiom.amongThose(some)}`.execute(tx)
  return Number(numAffectedRows)
}

/** Each state has its index. */
function ofAnyState(queue: string, columns: RawBuilder<unknown>): RawBuilder<unknown> {
  const selects = ['waiting', 'held', 'dead'].map(
    (state) =>
      sql`select ${columns} from queue_messages where queue = ${queue} and state = ${sql.lit(state)}`,
  )
  return sql.join(selects, sql` union all `)
}
