import { LRUCache } from 'lru-cache'
import type { Clock } from '../../kit/clock.ts'
import type { Cache } from './index.ts'

/** Characters of all kept values together. */
const VALUES_SIZE_MAX = 32 * 1024 * 1024
/** Open windows kept; past it those opened first are forgotten, which only ever lets more through. */
const WINDOWS_MAX = 100_000

interface Window {
  count: number
  endsAt: number
}

export function createMemoryCache(clock: Clock): Cache {
  const values = new LRUCache<string, { text: string; expiresAt: number }>({
    maxSize: VALUES_SIZE_MAX,
    sizeCalculation: ({ text }) => text.length + 1,
  })
  const loads = new Map<string, Promise<string>>()
  const windows = new Map<string, Window>()

  function openWindow(key: string, windowSeconds: number): Window {
    const known = windows.get(key)
    if (known && clock() < known.endsAt) return known
    const opened = { count: 0, endsAt: clock() + windowSeconds * 1000 }
    windows.delete(key)
    windows.set(key, opened)
    const [oldest] = windows.size > WINDOWS_MAX ? windows.keys() : []
    if (oldest !== undefined) windows.delete(oldest)
    return opened
  }

  return {
    async read(key, ttlSeconds, load) {
      const value = values.get(key)
      if (value && clock() < value.expiresAt) return value.text
      const known = loads.get(key)
      if (known) return known
      const loading = load()
      loads.set(key, loading)
      try {
        const text = await loading
        if (loads.get(key) === loading) values.set(key, { text, expiresAt: clock() + ttlSeconds * 1000 })
        return text
      } finally {
        if (loads.get(key) === loading) loads.delete(key)
      }
    },
    async delete(key) {
      values.delete(key)
      loads.delete(key)
    },
    async count(key, windowSeconds, amount = 1) {
      const window = openWindow(key, windowSeconds)
      window.count += amount
      return { count: window.count, resetSeconds: Math.ceil((window.endsAt - clock()) / 1000) }
    },
    async close() {
      values.clear()
      windows.clear()
    },
  }
}
