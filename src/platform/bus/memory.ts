import type { Bus } from './index.ts'
import { createListeners } from './listeners.ts'

export function createMemoryBus(): Bus {
  const listeners = createListeners()
  return {
    publish: listeners.poke,
    subscribe: listeners.subscribe,
    async close() {
      listeners.clear()
    },
  }
}
