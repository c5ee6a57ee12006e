import type { Bus } from './index.ts'

export interface MemoryBus extends Bus {
  /** For whoever may have missed pokes, and does not know of what. */
  pokeAll(): void
}

export function createMemoryBus(): MemoryBus {
  const listeners = new Map<string, Set<() => void>>()

  function publish(topic: string): void {
    for (const onPoke of [...(listeners.get(topic) ?? [])]) onPoke()
  }

  return {
    publish,
    pokeAll() {
      for (const topic of [...listeners.keys()]) publish(topic)
    },
    subscribe(topic, onPoke) {
      const listening = listeners.get(topic) ?? new Set()
      listeners.set(topic, listening.add(onPoke))
      return () => {
        listening.delete(onPoke)
        if (listening.size === 0 && listeners.get(topic) === listening) listeners.delete(topic)
      }
    },
    async close() {
      listeners.clear()
    },
  }
}
