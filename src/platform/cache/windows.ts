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
    count(key: string, windowSeconds: number, amount: number): Count {
      const window = open(key, windowSeconds)
      window.count += amount
      return { count: window.count, resetSeconds: Math.ceil((window.endsAt - clock()) / 1000) }
    },
    clear: () => windows.clear(),
  }
}
