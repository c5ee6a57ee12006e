import type { Generated } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../bus/index.ts'
import {
  afterCommit,
  type Database,
  inTablesOf,
  type NoTables,
  type Transaction,
  tablesOf,
} from '../database/index.ts'
import type { JobPayload, OnError, QueueFor } from './index.ts'

interface OutboxTables extends NoTables {
  outbox: { id: Generated<number>; job: string; payload: string; created_at: number }
}

const FORWARDED_AT_ONCE_MAX = 100
/** Finds what a crashed process left behind, and what a lost poke did not tell. */
const LOOK_EVERY_MS = 5_000
const TOPIC = 'outbox'

/**
 * The transactional outbox (https://microservices.io/patterns/data/transactional-outbox.html): a job is a row of the
 * transaction that decides it; the relay pushes the row to the queue, then deletes it. A crash between the two pushes it
 * again under the same dedup id, and handlers are idempotent.
 */
export function createOutbox(options: {
  db: Database
  queueFor: QueueFor
  bus: Bus
  clock: Clock
  onError: OnError
}) {
  const { queueFor, bus, clock, onError } = options
  const db = tablesOf<OutboxTables>(options.db)
  let timer: NodeJS.Timeout | undefined
  let unsubscribe = () => {}
  let forwarding: Promise<void> | null = null
  let again = false

  async function enqueue(tx: Transaction, job: string, payload: JobPayload): Promise<void> {
    const row = { job, payload: JSON.stringify(payload), created_at: clock() }
    await inTablesOf<OutboxTables>(tx).insertInto('outbox').values(row).execute()
    afterCommit(tx, () => bus.publish(TOPIC))
  }

  /** One relay at a time; asked while it runs, it looks once more at the end. */
  function forward(): Promise<void> {
    again = forwarding !== null
    forwarding ??= forwardAll().finally(() => {
      forwarding = null
    })
    return forwarding
  }

  async function forwardAll(): Promise<void> {
    do {
      again = false
      while ((await forwardSome()) === FORWARDED_AT_ONCE_MAX);
    } while (again)
  }

  async function forwardSome(): Promise<number> {
    const rows = await db.read
      .selectFrom('outbox')
      .selectAll()
      .orderBy('id')
      .limit(FORWARDED_AT_ONCE_MAX)
      .execute()
    const jobs = Map.groupBy(rows, ({ job }) => job)
    for (const [job, of] of jobs) {
      await queueFor(job).push(
        queueOf(job),
        of.map(({ id, payload }) => ({ body: payload, dedupId: `outbox:${id}` })),
      )
      const ids = of.map(({ id }) => id)
      await db.write((tx) => tx.deleteFrom('outbox').where('id', 'in', ids).execute())
    }
    return rows.length
  }

  function look(): void {
    forward().catch((error) => onError(error, 'The outbox could not be forwarded; it is tried again.'))
  }

  return {
    enqueue,
    forward,
    start() {
      unsubscribe = bus.subscribe(TOPIC, look)
      timer = setInterval(look, LOOK_EVERY_MS)
      look()
    },
    async stop() {
      unsubscribe()
      clearInterval(timer)
      await forwarding?.catch(() => {})
    },
  }
}

/** No queue of a user can bear this name. */
export function queueOf(job: string): string {
  return `jobs/${job}`
}
