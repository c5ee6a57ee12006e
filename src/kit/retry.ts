export interface Backoff {
  baseSeconds: number
  maxSeconds: number
}

/**
 * Seconds to wait after failure number `attempt`, with "full jitter"
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): many failures at once do not return at once.
 * Above 0, and in eighths: exact numbers that are whole milliseconds in every engine.
 */
export function backoffSeconds(
  attempt: number,
  { baseSeconds, maxSeconds }: Backoff,
  random = Math.random,
): number {
  const ceiling = Math.min(maxSeconds, baseSeconds * 2 ** Math.max(0, attempt - 1))
  return (Math.floor(ceiling * 8 * random()) + 1) / 8
}
