import type { Clock } from '../../kit/clock.ts'
import { toTimestamp } from '../../kit/clock.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import type { History, HistoryQuery } from './schemas.ts'
import type { QueueTables } from './tables.ts'

type Span = QueueTables['queue_history']['span']

const SPAN_MS: Record<Span, number> = { minute: 60_000, hour: 3_600_000 }
const KEPT_MS: Record<Span, number> = { minute: 24 * 3_600_000, hour: 30 * 24 * 3_600_000 }
/** Counts gather this long before they are written; a process that is killed takes so much of its graph along. */
const GATHER_MS = 2_000

interface Counts {
  pushed: number
  acked: number
}

interface Options {
  db: Database
  clock: Clock
  onError: (error: unknown, what: string) => void
}

/** How much went in and out of each queue, per minute for a day and per hour for a month: for graphs, not for accounts. */
export function createHistory(options: Options) {
  const { clock, onError } = options
  const db = tablesOf<QueueTables>(options.db)
  const gathered = new Map<string, Counts>()
  let timer: NodeJS.Timeout | undefined

  function count(queue: string, what: keyof Counts, amount: number): void {
    if (amount === 0) return
    const counts = gathered.get(queue) ?? { pushed: 0, acked: 0 }
    counts[what] += amount
    gathered.set(queue, counts)
    timer ??= setTimeout(flushLater, GATHER_MS)
  }

  function flushLater(): void {
    flush().catch((error) => onError(error, 'The history of the queues was not written; it is tried again.'))
  }

  async function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const taken = [...gathered]
    gathered.clear()
    try {
      await db.write((tx) => add(tx, taken, clock()), 'row_locks')
    } catch (error) {
      for (const [queue, { pushed, acked }] of taken) {
        count(queue, 'pushed', pushed)
        count(queue, 'acked', acked)
      }
      throw error
    }
  }

  return {
    count,
    flush,
    async read(queue: string, { by = 'minute', from }: HistoryQuery): Promise<History> {
      const kept = db.read.selectFrom('queue_history').where('queue', '=', queue).where('span', '=', by)
      const wanted = from === undefined ? kept : kept.where('at', '>=', Date.parse(from))
      const rows = await wanted.orderBy('at').select(['at', 'pushed', 'acked']).execute()
      return { items: rows.map(({ at, pushed, acked }) => ({ at: toTimestamp(at), pushed, acked })) }
    },
    async purge(): Promise<void> {
      await db.write(async (tx) => {
        for (const span of ['minute', 'hour'] as const) {
          const old = tx.deleteFrom('queue_history').where('span', '=', span)
          await old.where('at', '<', clock() - KEPT_MS[span]).execute()
        }
      })
    },
    async close(): Promise<void> {
      if (gathered.size > 0) await flush()
      clearTimeout(timer)
    },
  }
}

export type QueueHistory = ReturnType<typeof createHistory>

async function add(tx: TransactionOf<QueueTables>, taken: [string, Counts][], now: number): Promise<void> {
  for (const [queue, { pushed, acked }] of taken) {
    for (const span of ['minute', 'hour'] as const) {
      const at = now - (now % SPAN_MS[span])
      await tx
        .insertInto('queue_history')
        .values({ queue, span, at, pushed, acked })
        .onConflict((clash) =>
          clash.columns(['queue', 'span', 'at']).doUpdateSet((of) => ({
            pushed: of('queue_history.pushed', '+', pushed),
            acked: of('queue_history.acked', '+', acked),
          })),
        )
        .execute()
    }
  }
}
