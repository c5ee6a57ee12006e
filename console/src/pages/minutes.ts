export const SPAN_SECONDS = { minute: 60, hour: 3_600 }

/** The starts of the last minutes or hours up to this one, in epoch seconds. */
export function lastOnes(span: keyof typeof SPAN_SECONDS, count: number): number[] {
  const seconds = SPAN_SECONDS[span]
  const now = Math.floor(Date.now() / 1000 / seconds) * seconds
  return Array.from({ length: count }, (_, index) => now - (count - 1 - index) * seconds)
}

/** The same without this one, which is not over: drawn as a line it would look like a fall. */
export function lastWholeOnes(span: keyof typeof SPAN_SECONDS, count: number): number[] {
  return lastOnes(span, count + 1).slice(0, -1)
}

/** The start of the minute, in epoch seconds. */
export function minuteOf(timestamp: string): number {
  return Math.floor(Date.parse(timestamp) / 60_000) * 60
}

export function timestampOf(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString()
}
