import type { Bus } from '../bus/index.ts'

/** A wait that a poke ends at once. Begun before the look that it follows, so that no poke falls between the two. */
export function untilWorthAnotherLook(bus: Bus, topic: string, signal: AbortSignal | undefined) {
  const { promise: poked, resolve } = Promise.withResolvers<void>()
  const unsubscribe = bus.subscribe(topic, resolve)
  signal?.addEventListener('abort', () => resolve(), { once: true })
  let timer: NodeJS.Timeout | undefined

  return {
    atMost(waitMs: number): Promise<void> {
      timer = setTimeout(resolve, Math.ceil(waitMs))
      return poked
    },
    end(): void {
      clearTimeout(timer)
      unsubscribe()
    },
  }
}
