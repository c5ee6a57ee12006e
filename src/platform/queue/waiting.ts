import type { Bus } from '../bus/index.ts'
import type { Delivery, ReceiveRequest } from './index.ts'

interface Patience {
  bus: Bus
  /** Poked when a message may have come. */
  topic: string
  request: ReceiveRequest
  receiveNow: () => Promise<Delivery[]>
  /** Until a held message is due, which no push will tell. */
  nextDueMs: () => Promise<number>
}

/** The long poll of every driver: looks, and while there is nothing, waits for a poke, a due message or the end of its time. */
export async function receivePatiently({ bus, topic, request, ...look }: Patience): Promise<Delivery[]> {
  // Not by the clock of leases: somebody may set that.
  const deadline = performance.now() + request.waitSeconds * 1000
  for (;;) {
    const wait = untilWorthAnotherLook(bus, topic, request.signal)
    try {
      const deliveries = await look.receiveNow()
      const remainingMs = deadline - performance.now()
      if (deliveries.length > 0 || remainingMs <= 0 || request.signal?.aborted) return deliveries
      await wait.atMost(Math.min(remainingMs, await look.nextDueMs()))
    } finally {
      wait.end()
    }
  }
}

/** A wait that a poke ends at once. Begun before the look that it follows, so that no poke falls between the two. */
function untilWorthAnotherLook(bus: Bus, topic: string, signal: AbortSignal | undefined) {
  const { promise: poked, resolve } = Promise.withResolvers<void>()
  const unsubscribe = bus.subscribe(topic, resolve)
  const wake = () => resolve()
  signal?.addEventListener('abort', wake)
  let timer: NodeJS.Timeout | undefined

  return {
    atMost(waitMs: number): Promise<void> {
      timer = setTimeout(resolve, Math.ceil(waitMs))
      return poked
    },
    end(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      unsubscribe()
    },
  }
}
