import type { Clock } from '../../src/kit/clock.ts'

/** The time of day, which can be moved. */
export function movableClock(): { clock: Clock; advance(seconds: number): void } {
  let offsetMs = 0
  return {
    clock: () => Date.now() + offsetMs,
    advance(seconds) {
      offsetMs += seconds * 1000
    },
  }
}
