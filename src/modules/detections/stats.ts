import { toTimestamp } from '../../kit/clock.ts'
import { invalid } from '../../kit/errors.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { type Count, type Counter, SPAN_MS, startOf } from './counts.ts'
import type { Stats, StatsQuery } from './schemas.ts'
import type { DetectionTables } from './tables.ts'

/** A producer can invent makes without end; an answer ends. */
const ITEMS_MAX = 1000

/** From `from` on, before `to`; without bounds all times that a clock can show. */
interface Window {
  from: number
  to: number
}

/** Read from counts, so that an answer costs the days it speaks of, not the detections; no detection is too young for them. */
export function createDetectionStats(options: { db: Database; counter: Counter }) {
  const db = tablesOf<DetectionTables>(options.db)

  async function countBy(what: Count['what'], window: Window | null) {
    const counted = window === null ? all(db.read, what) : within(db.read, what, window)
    const rows = await counted
      .select(({ fn }) => ['name', fn.sum<number>('count').as('total')])
      .groupBy('name')
      .orderBy('total', 'desc')
      .orderBy('name')
      .limit(ITEMS_MAX)
      .execute()
    return rows.map(({ name, total }) => ({ name, count: Number(total) }))
  }

  async function countByTime(span: keyof typeof SPAN_MS, { from, to }: Window) {
    // Each detection has one make, so the makes of an hour add up to its detections.
    const rows = await counts(db.read, span, 'make', { from, to })
      .select(({ fn }) => ['start', fn.sum<number>('count').as('total')])
      .groupBy('start')
      .orderBy('start', 'desc')
      .limit(ITEMS_MAX)
      .execute()
    return rows.map(({ start, total }) => ({ [span]: toTimestamp(start), count: Number(total) }))
  }

  async function countByMake() {
    await options.counter.countUp()
    return { items: (await countBy('make', null)).map(({ name, count }) => ({ make: name, count })) }
  }

  return {
    /** The most frequent first. */
    countByMake,

    /** Makes and categories: the most frequent first. Hours and days: the latest first, those without detections left out. */
    async stats({ by, from, to }: StatsQuery): Promise<Stats> {
      await options.counter.countUp()
      const window = windowOf(by === 'day' ? 'day' : 'hour', from, to)
      if (by === 'hour' || by === 'day') return { items: await countByTime(by, window ?? EVER) }
      return { items: (await countBy(by, window)).map(({ name, count }) => ({ [by]: name, count })) }
    },
  }
}

/** The range of a JavaScript Date. */
const EVER: Window = { from: -8.64e15, to: 8.64e15 }

/** Counts know no parts of an hour, and to guess them would be a wrong answer. */
function windowOf(
  span: keyof typeof SPAN_MS,
  from: string | undefined,
  to: string | undefined,
): Window | null {
  const bounds = { from: Date.parse(from ?? EPOCH), to: Date.parse(to ?? EPOCH) }
  const faults = (['from', 'to'] as const).filter((name) => bounds[name] !== startOf(span, bounds[name]))
  const detail = `must be the beginning of ${span === 'hour' ? 'an hour' : 'a day'} in UTC`
  if (faults.length > 0) throw invalid(faults.map((name) => ({ pointer: `?${name}`, detail })))
  if (from === undefined && to === undefined) return null
  return { from: from === undefined ? EVER.from : bounds.from, to: to === undefined ? EVER.to : bounds.to }
}

const EPOCH = toTimestamp(0)

function all(sql: TransactionOf<DetectionTables>, what: Count['what']) {
  return sql.selectFrom('detection_counts').where('span', '=', 'all').where('what', '=', what)
}

function counts(
  sql: TransactionOf<DetectionTables>,
  span: Count['span'],
  what: Count['what'],
  { from, to }: Window,
) {
  const counted = sql.selectFrom('detection_counts').where('span', '=', span).where('what', '=', what)
  return counted.where('start', '>=', from).where('start', '<', to)
}

/** Whole days by the day, what is left at both ends by the hour. */
function within(sql: TransactionOf<DetectionTables>, what: Count['what'], { from, to }: Window) {
  const firstDay = Math.min(startOf('day', from + SPAN_MS.day - 1), to)
  const lastDay = Math.max(startOf('day', to), firstDay)
  return sql
    .selectFrom('detection_counts')
    .where('what', '=', what)
    .where(({ and, or, eb }) => {
      const between = (span: Count['span'], start: number, end: number) =>
        and([eb('span', '=', span), eb('what', '=', what), eb('start', '>=', start), eb('start', '<', end)])
      return or([
        between('hour', from, firstDay),
        between('day', firstDay, lastDay),
        between('hour', lastDay, to),
      ])
    })
}
