import { type Generated, sql } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import { type Database, inTablesOf, type NoTables, type Transaction, tablesOf } from '../database/index.ts'
import type { JobPayload } from './payload.ts'

interface OutboxTables extends NoTables {
  outbox: {
    id: Generated<number>
    job: string
    payload: string
    created_at: number
    claimed_until: Generated<number>
  }
}

export interface OutboxRow {
  id: number
  payload: string
  created_at: number
}

export const CLAIMED_AT_ONCE_MAX = 100
/** Longer than a push is waited for; after a crash, how long its rows wait for another relay. */
const CLAIM_MS = 30_000

/** The rows of the transactional outbox (https://microservices.io/patterns/data/transactional-outbox.html). */
export function createOutbox(options: { db: Database; clock: Clock }) {
  const { clock } = options
  const db = tablesOf<OutboxTables>(options.db)

  async function nextJob(after: string): Promise<string | undefined> {
    const next = db.read.selectFrom('outbox').where('job', '>', after).where(unclaimed(clock()))
    return (await next.orderBy('job').limit(1).select('job').executeTakeFirst())?.job
  }

  return {
    async add(tx: Transaction, job: string, payload: JobPayload): Promise<void> {
      const row = { job, payload: JSON.stringify(payload), created_at: clock() }
      await inTablesOf<OutboxTables>(tx).insertInto('outbox').values(row).execute()
    },

    /** Those with rows that nobody has claimed. Steps from job to job, so a backlog does not slow it down. */
    async jobs(): Promise<string[]> {
      const jobs: string[] = []
      for (let job = await nextJob(''); job !== undefined; job = await nextJob(job)) jobs.push(job)
      return jobs
    },

    async isEmpty(): Promise<boolean> {
      return (await db.read.selectFrom('outbox').limit(1).select('id').executeTakeFirst()) === undefined
    },

    /** The oldest rows of the job, in order, for this caller alone until they are released or the claim runs out. */
    claim(job: string): Promise<OutboxRow[]> {
      return db.write(async (tx) => {
        const now = clock()
        const free = tx.selectFrom('outbox').where('job', '=', job).where(unclaimed(now))
        const ids = await free.orderBy('id').limit(CLAIMED_AT_ONCE_MAX).select('id').execute()
        const [first, last] = [ids.at(0), ids.at(-1)]
        if (first === undefined || last === undefined) return []
        // By range: two relays lock in the order of the index, and what the other one got first drops out here.
        const rows = await tx
          .updateTable('outbox')
          .where('job', '=', job)
          .where('id', '>=', first.id)
          .where('id', '<=', last.id)
          .where(unclaimed(now))
          .set({ claimed_until: now + CLAIM_MS })
          .returning(['id', 'payload', 'created_at'])
          .execute()
        return rows.sort((one, other) => one.id - other.id)
      }, 'row_locks')
    },

    async release(ids: number[]): Promise<void> {
      await db.write(
        (tx) => tx.updateTable('outbox').where('id', 'in', ids).set({ claimed_until: 0 }).execute(),
        'row_locks',
      )
    },

    async remove(ids: number[]): Promise<void> {
      await db.write((tx) => tx.deleteFrom('outbox').where('id', 'in', ids).execute(), 'row_locks')
    },
  }
}

export type Outbox = ReturnType<typeof createOutbox>

/** A claim from far ahead was made before the clock was set back; half of the margin is for clocks that differ. */
function unclaimed(now: number) {
  return sql<boolean>`(claimed_until <= ${now} or claimed_until > ${now + 2 * CLAIM_MS})`
}
