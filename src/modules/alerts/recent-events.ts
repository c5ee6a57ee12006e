import type { Numbered } from './events.ts'

/**
 * The newest events, kept for readers that come back after a cut: where thousands come at once, it is the same few alerts
 * that they missed. At most `eventsMax`, without a gap among them.
 */
export function createRecentEvents(eventsMax: number) {
  let events: Numbered[] = []
  /** What is kept follows this id without a hole. */
  let from = Number.POSITIVE_INFINITY

  return {
    /** Nothing is kept; what comes next follows `lastId`. */
    restart(lastId: number): void {
      events = []
      from = lastId
    },
    /** Those that follow what is kept. */
    add(more: Numbered[]): void {
      events.push(...more)
      const afterGap = events.findLastIndex(({ isGap }) => isGap) + 1
      const dropped = events.splice(0, Math.max(afterGap, events.length - eventsMax))
      from = dropped.at(-1)?.id ?? from
    },
    /** All after `id`; `null` where not all of them are kept. */
    after(id: number): Numbered[] | null {
      return id < from ? null : events.slice(id - from)
    },
  }
}
