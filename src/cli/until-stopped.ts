/** Runs until it ends by itself, or is told to stop: then it ends what it is about, and the command has done its work. */
export async function untilStopped(work: (stopped: AbortSignal) => Promise<void>): Promise<number> {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // Whoever read along went away, as `head` does.
  process.stdout.once('error', stop)
  try {
    await work(stopping.signal)
    return 0
  } finally {
    process.removeListener('SIGTERM', stop)
    process.removeListener('SIGINT', stop)
    process.stdout.removeListener('error', stop)
  }
}
