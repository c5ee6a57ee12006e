export interface Backoff {
  baseSeconds: number
  maxSeconds: number
}

/**
 * Seconds to wait before try number `attempt` + 1, with "full jitter"
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/): many failures at once do not return at once.
 */
export function backoffSeconds(
  attempt: number,
  { baseSeconds, maxSeconds }: Backoff,
  random = Math.random,
): number {
  const ceiling = Math.min(maxSeconds, baseSeconds * 2 ** Math.max(0, attempt - 1))
  return Math.max(baseSeconds, Math.round(ceiling * random()))
}
