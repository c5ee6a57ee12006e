/** Milliseconds since the epoch. Passed in, so that a test can move it. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** RFC 3339 in UTC with milliseconds, the only form of time that leaves us. */
export function toTimestamp(epochMs: number): string {
  return new Date(epochMs).toISOString()
}

export function toTimestampOrNull(epochMs: number | null): string | null {
  return epochMs === null ? null : toTimestamp(epochMs)
}

/** A time of change that never repeats for one record, whatever the wall clock does: it can stand as a version. */
export function laterThan(previousMs: number, nowMs: number): number {
  return Math.max(nowMs, previousMs + 1)
}
