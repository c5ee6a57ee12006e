import type { Clock } from '../../kit/clock.ts'
import type { Redis } from '../redis/index.ts'
import { type CacheTally, counted } from './counted.ts'
import { createMemoryCache } from './memory.ts'

export interface Count {
  count: number
  /** Until the window ends and the count begins anew. */
  resetSeconds: number
}

/** What may be forgotten at any time. A cache that is gone costs speed only: only `load` makes `read` throw. */
export interface Cache {
  /**
   * The text kept under `key`, else what `load` resolves to, which is then kept for at most `ttlSeconds`. Reads at the
   * same time in one process share a load.
   *
   * Once `delete(key)` has resolved, no read that begins later, on any node, gives a text whose load began before the
   * delete: whoever changes a row, deletes after the commit and then answers, is never shown the old row. Redis that
   * stops, hangs, restarts from an old snapshot or loses its network does not change this. One thing does: a node that
   * alone is cut off from Redis cannot tell the others, who may read the old text until it is back, for `ttlSeconds` at
   * the longest. The node itself reads past the cache meanwhile. Who cannot bear that puts a version into the key.
   */
  read(key: string, ttlSeconds: number, load: () => Promise<string>): Promise<string>
  /** Never throws. While an outage of Redis begins, it may take 4 s: until every node has noticed. */
  delete(key: string): Promise<void>
  /**
   * Adds to the count of `key` in its window, which opens with the first count. Exact under concurrency and over all
   * nodes. While Redis is away each process counts by itself, from zero: the service stays up, and a caller gets at most
   * one budget more for each process.
   */
  count(key: string, windowSeconds: number, amount?: number): Promise<Count>
  close(): Promise<void>
}

export interface CacheOptions {
  redis: Redis | null
  /** What keys begin with. */
  namespace: string
  /** Counts the time in memory; what is in Redis goes by Redis's own clock. */
  clock: Clock
  /** Told at most once a minute. */
  onError: (error: unknown) => void
}

export async function openCache({
  redis,
  namespace,
  clock,
  onError,
}: CacheOptions): Promise<Cache & { tally: Readonly<CacheTally> }> {
  if (redis === null) return counted(createMemoryCache(clock))
  const { createRedisCache } = await import('./redis.ts')
  return counted(createRedisCache({ redis, namespace, clock, onError }))
}
