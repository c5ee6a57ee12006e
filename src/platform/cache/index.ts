import type { Clock } from '../../kit/clock.ts'
import { createMemoryCache } from './memory.ts'

export interface Count {
  count: number
  /** Until the window ends and the count begins anew. */
  resetSeconds: number
}

/** What may be forgotten at any time. A cache that is gone costs speed only. */
export interface Cache {
  get(key: string): Promise<string | undefined>
  set(key: string, value: string, ttlSeconds: number): Promise<void>
  delete(key: string): Promise<void>
  /** Adds to the count of `key` in its window, which opens with the first count. Exact under concurrency. */
  count(key: string, windowSeconds: number, amount?: number): Promise<Count>
  close(): Promise<void>
}

export function openCache(options: { clock: Clock }): Cache {
  return createMemoryCache(options.clock)
}
