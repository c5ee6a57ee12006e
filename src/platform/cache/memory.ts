import { LRUCache } from 'lru-cache'
import type { Clock } from '../../kit/clock.ts'
import { createFlights } from './flights.ts'
import type { Cache } from './index.ts'
import { createWindows } from './windows.ts'

/** Characters of all kept values together. */
const VALUES_SIZE_MAX = 32 * 1024 * 1024

export function createMemoryCache(clock: Clock): Cache {
  const values = new LRUCache<string, { text: string; expiresAt: number }>({
    maxSize: VALUES_SIZE_MAX,
    sizeCalculation: ({ text }) => text.length + 1,
  })
  const flights = createFlights()
  const windows = createWindows(clock)

  return {
    async read(key, ttlSeconds, load) {
      const value = values.get(key)
      const leftMs = value ? value.expiresAt - clock() : 0
      // More than its whole time is left where the clock was set back.
      if (value && leftMs > 0 && leftMs <= ttlSeconds * 1000) return value.text
      return flights.share(key, load, (text) => {
        values.set(key, { text, expiresAt: clock() + ttlSeconds * 1000 })
      })
    },
    async delete(key) {
      flights.forget(key)
      values.delete(key)
    },
    async count(key, windowSeconds, amount = 1) {
      return windows.count(key, windowSeconds, amount)
    },
    async close() {
      values.clear()
      windows.clear()
    },
  }
}
