import { sql } from 'kysely'
import { rowInsert, type TransactionOf } from '../../platform/database/index.ts'
import { partKeysOf } from './category.ts'
import type { Row } from './recording.ts'
import type { DetectionTables } from './tables.ts'

type Tx = TransactionOf<DetectionTables>
export type Count = DetectionTables['detection_counts']

export const SPAN_MS = { hour: 3_600_000, day: 86_400_000 }
/** Of one statement; engines bound its parameters. */
const COUNTS_MAX = 1000

/** Counts detections as they are stored, so that nobody need count them later. */
export function createCounter() {
  const add = rowInsert((tx: Tx, counts: Count[]) =>
    tx
      .insertInto('detection_counts')
      .values(counts)
      .onConflict((clash) =>
        clash.columns(['span', 'what', 'start', 'name']).doUpdateSet(({ ref }) => ({
          count: sql<number>`${ref('detection_counts.count')} + ${ref('excluded.count')}`,
        })),
      ),
  )

  return async function count(tx: Tx, rows: Row[]): Promise<void> {
    const counts = countsOf(rows)
    for (let from = 0; from < counts.length; from += COUNTS_MAX)
      await add(tx, counts.slice(from, from + COUNTS_MAX))
  }
}

/** The start of the hour or day in UTC, times before 1970 too. */
export function startOf(span: keyof typeof SPAN_MS, time: number): number {
  return Math.floor(time / SPAN_MS[span]) * SPAN_MS[span]
}

/** In one order: two transactions that count the same wait for each other, but never in a circle. */
function countsOf(rows: Row[]): Count[] {
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
