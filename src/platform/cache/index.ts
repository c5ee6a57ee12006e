import type { Clock } from '../../kit/clock.ts'
import type { Redis } from '../redis/index.ts'
import { createMemoryCache } from './memory.ts'

export interface Count {
  count: number
  /** Until the window ends and the count begins anew. */
  resetSeconds: number
}

/** What may be forgotten at any time. A cache that is gone costs speed only. */
export interface Cache {
  /**
   * The text kept under `key`, else what `load` resolves to, which is then kept for at most `ttlSeconds`. Reads at the same
   * time in one process share a load. Only `load` makes it throw.
   */
  read(key: string, ttlSeconds: number, load: () => Promise<string>): Promise<string>
  delete(key: string): Promise<void>
  /** Adds to the count of `key` in its window, which opens with the first count. Exact under concurrency. */
  count(key: string, windowSeconds: number, amount?: number): Promise<Count>
  close(): Promise<void>
}

export interface CacheOptions {
  redis: Redis | null
  /** What keys begin with. */
  namespace: string
  clock: Clock
  onError: (error: unknown) => void
}

export async function openCache({ redis, namespace, clock, onError }: CacheOptions): Promise<Cache> {
  if (redis) return (await import('./redis.ts')).createRedisCache({ redis, namespace, onError })
  return createMemoryCache(clock)
}
