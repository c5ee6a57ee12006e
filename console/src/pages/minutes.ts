/** The starts of the last minutes up to this one, in epoch seconds. */
export function lastMinutes(count: number): number[] {
  const now = Math.floor(Date.now() / 60_000) * 60
  return Array.from({ length: count }, (_, index) => now - (count - 1 - index) * 60)
}

export function minuteOf(timestamp: string): number {
  return Math.floor(Date.parse(timestamp) / 60_000) * 60
}
