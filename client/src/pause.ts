/** Throws the reason of the signal when that comes first. */
export function pause(ms: number, signal?: AbortSignal | null): Promise<void> {
  return orAborted(new Promise((resolve) => setTimeout(resolve, ms)), signal)
}

/** Stops waiting for `awaited` when the signal aborts, with its reason; what was awaited goes on for others. */
export async function orAborted<Result>(
  awaited: Promise<Result>,
  signal?: AbortSignal | null,
): Promise<Result> {
  if (!signal) return awaited
  signal.throwIfAborted()
  let giveUp = () => {}
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason)
  })
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([awaited, aborted])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
