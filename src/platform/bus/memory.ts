import type { Bus } from './index.ts'

export function createMemoryBus(): Bus {
  const listeners = new Map<string, Set<() => void>>()
  return {
    publish(topic) {
      for (const onPoke of [...(listeners.get(topic) ?? [])]) onPoke()
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
