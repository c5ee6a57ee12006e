/** Milliseconds since the epoch. Passed in, so that a test can move it. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

const DAY_MS = 86_400_000
/** Days whose names are kept: those of one list are few. */
const DAYS_MAX = 1000
const dayNames = new Map<number, string>()
const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'))
const THREE_DIGITS = Array.from({ length: 1000 }, (_, number) => String(number).padStart(3, '0'))

/**
 * RFC 3339 in UTC with milliseconds, the only form of time that leaves us. The calendar is what costs in it, and a list asks
 * for few days: with their names kept, a time is put together ten times faster.
 */
export function toTimestamp(epochMs: number): string {
  const day = Math.floor(epochMs / DAY_MS)
  const ofDay = epochMs - day * DAY_MS
  const hours = TWO_DIGITS[Math.trunc(ofDay / 3_600_000)]
  const minutes = TWO_DIGITS[Math.trunc(ofDay / 60_000) % 60]
  const seconds = TWO_DIGITS[Math.trunc(ofDay / 1000) % 60]
  return `${nameOfDay(day)}${hours}:${minutes}:${seconds}.${THREE_DIGITS[Math.trunc(ofDay) % 1000]}Z`
}

/** `2026-11-20T`. */
function nameOfDay(day: number): string {
  const known = dayNames.get(day)
  if (known !== undefined) return known
  if (dayNames.size >= DAYS_MAX) dayNames.clear()
  const name = new Date(day * DAY_MS).toISOString().slice(0, -'00:00:00.000Z'.length)
  dayNames.set(day, name)
  return name
}

export function toTimestampOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : toTimestamp(epochMs)
}

/** A time of change that never repeats for one record, whatever the wall clock does: it can stand as a version. */
export function laterThan(previousMs: number, nowMs: number): number {
  return Math.max(nowMs, previousMs + 1)
}
