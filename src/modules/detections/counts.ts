import { sql } from 'kysely'
import { oneAtATime } from '../../kit/one-at-a-time.ts'
import {
  afterCommit,
  type Database,
  rowInsert,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import { partKeysOf } from './category.ts'
import type { DetectionTables } from './tables.ts'

type Tx = TransactionOf<DetectionTables>
export type Count = DetectionTables['detection_counts']
type Countable = Pick<DetectionTables['detections'], 'make' | 'category' | 'detected_at'>

interface Options {
  db: Database
  onError: (error: unknown, what: string) => void
}

export const SPAN_MS = { hour: 3_600_000, day: 86_400_000 }
/** Counted in one transaction, and so many at most are left by a process that counts as it records. */
const COUNTED_AT_ONCE = 1000
/** Of one statement; engines bound its parameters. */
const COUNTS_MAX = 1000

/**
 * Counts detections a thousand at a time, which costs them a tenth of what each would pay alone. One that is stored is noted in
 * its own transaction, and counted in the one that takes the note away: none is left out, none counted twice, in whatever
 * order they are committed.
 */
export function createCounter(options: Options) {
  const db = tablesOf<DetectionTables>(options.db)
  const insertNotes = rowInsert((tx: Tx, notes: { detection_id: number }[]) =>
    tx.insertInto('detection_uncounted').values(notes),
  )
  const addCounts = rowInsert((tx: Tx, counts: Count[]) =>
    tx
      .insertInto('detection_counts')
      .values(counts)
      .onConflict((clash) =>
        clash.columns(['span', 'what', 'start', 'name']).doUpdateSet(({ ref }) => ({
          count: sql<number>`${ref('detection_counts.count')} + ${ref('excluded.count')}`,
        })),
      ),
  )
  const countSoon = oneAtATime(countUp, (error) =>
    options.onError(error, 'Detections could not be counted; it is done with the next.'),
  )
  let notedSince = 0
  let isStopped = false

  async function countUp(): Promise<void> {
    while (!isStopped && (await countSome()) === COUNTED_AT_ONCE);
  }

  function countSome(): Promise<number> {
    return db.write(async (tx) => {
      const oldest = tx.selectFrom('detection_uncounted').orderBy('detection_id').limit(COUNTED_AT_ONCE)
      const notes = await tx
        .deleteFrom('detection_uncounted')
        .where('detection_id', 'in', oldest.select('detection_id'))
        .returning('detection_id')
        .execute()
      if (notes.length === 0) return 0
      const ids = notes.map(({ detection_id }) => detection_id)
      const found = tx.selectFrom('detections').where('id', 'in', ids)
      const counts = countsOf(await found.select(['make', 'category', 'detected_at']).execute())
      for (let from = 0; from < counts.length; from += COUNTS_MAX)
        await addCounts(tx, counts.slice(from, from + COUNTS_MAX))
      return notes.length
    })
  }

  return {
    async note(tx: Tx, ids: number[]): Promise<void> {
      await insertNotes(
        tx,
        ids.map((detection_id) => ({ detection_id })),
      )
      afterCommit(tx, () => {
        notedSince += ids.length
        if (notedSince < COUNTED_AT_ONCE) return
        notedSince = 0
        countSoon()
      })
    },
    /** Resolves when all are counted that were stored before. */
    countUp,
    /** What is not counted yet is counted by whoever comes next. */
    stop(): void {
      isStopped = true
    },
  }
}

export type Counter = ReturnType<typeof createCounter>

/** The start of the hour or day in UTC, times before 1970 too. */
export function startOf(span: keyof typeof SPAN_MS, time: number): number {
  return Math.floor(time / SPAN_MS[span]) * SPAN_MS[span]
}

/** In one order: two transactions that count the same wait for each other, but never in a circle. */
function countsOf(rows: Countable[]): Count[] {
  const counts = new Map<string, Count>()
  function note(span: Count['span'], what: Count['what'], start: number, name: string): void {
    const key = `${span} ${what} ${start} ${name}`
    const known = counts.get(key)
    if (known) known.count += 1
    else counts.set(key, { span, what, start, name, count: 1 })
  }
  for (const { make, category, detected_at } of rows) {
    const [day, hour] = [startOf('day', detected_at), startOf('hour', detected_at)]
    for (const [span, start] of [['all', 0] as const, ['day', day] as const, ['hour', hour] as const]) {
      note(span, 'make', start, make)
      for (const part of partKeysOf(category)) note(span, 'category', start, part)
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count)
}
