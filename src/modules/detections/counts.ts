import { sql } from 'kysely'
import { oneAtATime } from '../../kit/one-at-a-time.ts'
import {
  afterCommit,
  type Database,
  type Idiom,
  rowsQuery,
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

/**
 * Counts detections a thousand at a time, which costs them a tenth of what each would pay alone. One that is stored is noted in
 * its own transaction, and counted in the one that takes the note away: none is left out, none counted twice, in whatever
 * order they are committed.
 */
export function createCounter(options: Options) {
  const db = tablesOf<DetectionTables>(options.db)
  const insertNotes = createNotesInsert(db.idiom)
  const addCounts = createCountsInsert(db.idiom)
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
      await addCounts(tx, counts)
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

function createNotesInsert(idiom: Idiom) {
  return rowsQuery<{ detection_id: number }, never>(
    idiom,
    { detection_id: 'bigint' },
    (given) => sql`insert into detection_uncounted (detection_id) select detection_id from ${given} as given`,
  )
}

function createCountsInsert(idiom: Idiom) {
  const columns = { span: 'text', what: 'text', start: 'bigint', name: 'text', count: 'bigint' } as const
  return rowsQuery<Count, never>(
    idiom,
    columns,
    (given) => sql`
      insert into detection_counts (span, what, start, name, count)
      select span, what, start, name, count from ${given} as given
      where true
      on conflict (span, what, start, name) do update set count = detection_counts.count + excluded.count`,
  )
}

/** The start of the hour or day in UTC, times before 1970 too. */
export function startOf(span: keyof typeof SPAN_MS, time: number): number {
  return Math.floor(time / SPAN_MS[span]) * SPAN_MS[span]
}

/** In one order: two transactions that count the same wait for each other, but never in a circle. */
function countsOf(rows: Countable[]): Count[] {
  const counts = new Map<string, Count>()
  function add(of: Omit<Count, 'count'>, count: number): void {
    const key = `${of.span} ${of.what} ${of.start} ${of.name}`
    const known = counts.get(key)
    if (known) known.count += count
    else counts.set(key, { ...of, count })
  }
  for (const { make, category, detected_at, count } of alikeIn(rows)) {
    const [day, hour] = [startOf('day', detected_at), startOf('hour', detected_at)]
    for (const [span, start] of [['all', 0] as const, ['day', day] as const, ['hour', hour] as const]) {
      add({ span, what: 'make', start, name: make }, count)
      for (const part of partKeysOf(category)) add({ span, what: 'category', start, name: part }, count)
    }
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count)
}

/** Of those that are counted alike, one with their number: most of a thousand are. */
function alikeIn(rows: Countable[]): (Countable & { count: number })[] {
  const alike = new Map<string, Countable & { count: number }>()
  for (const row of rows) {
    const key = `${startOf('hour', row.detected_at)} ${row.make}\n${row.category}`
    const known = alike.get(key)
    if (known) known.count += 1
    else alike.set(key, { ...row, count: 1 })
  }
  return [...alike.values()]
}
