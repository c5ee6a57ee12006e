interface Waiter {
  max: number
  wake: () => void
  fail: (error: unknown) => void
}

/** Receivers that wait for something to arrive. */
export function createWaiters() {
  const waiting = new Set<Waiter>()

  return {
    /** How many messages all of them would take. */
    wanted: () => [...waiting].reduce((sum, { max }) => sum + max, 0),
    wakeAll(): void {
      for (const { wake } of waiting) wake()
    },
    failAll(error: unknown): void {
      for (const { fail } of waiting) fail(error)
    },

    /** Resolves when woken, at the end of the time, or by the signal. */
    async wait(max: number, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const wake = () => resolve()
      const waiter = { max, wake, fail: reject }
      const timer = setTimeout(wake, waitMs)
      signal?.addEventListener('abort', wake)
      if (signal?.aborted) wake()
      waiting.add(waiter)
      try {
        await promise
      } finally {
        clearTimeout(timer)
        signal?.removeEventListener('abort', wake)
        waiting.delete(waiter)
      }
    },
  }
}
