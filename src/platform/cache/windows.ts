import type { Clock } from '../../kit/clock.ts'
import type { Count } from './index.ts'

/** Open windows kept; past it those opened first are forgotten, which only ever lets more through. */
const WINDOWS_MAX = 100_000

interface Window {
  count: number
  endsAt: number
}

/** The counts of this process. */
export function createWindows(clock: Clock) {
  const windows = new Map<string, Window>()

  function open(key: string, windowSeconds: number): Window {
    const now = clock()
    const windowMs = windowSeconds * 1000
    const known = windows.get(key)
    // One that ends later than a new one was opened before the clock was set back, or the setting made shorter.
    if (known && now < known.endsAt && known.endsAt - now <= windowMs) return known
    const opened = { count: 0, endsAt: now + windowMs }
    windows.delete(key)
    windows.set(key, opened)
    const [oldest] = windows.size > WINDOWS_MAX ? windows.keys() : []
    if (oldest !== undefined) windows.delete(oldest)
    return opened
  }

  return {
    count(key: string, windowSeconds: number, amount: number): Count {
      const window = open(key, windowSeconds)
      window.count += amount
      return { count: window.count, resetSeconds: Math.ceil((window.endsAt - clock()) / 1000) }
    },
    clear: () => windows.clear(),
  }
}
