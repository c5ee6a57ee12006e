import type { Cache } from './index.ts'

export interface CacheTally {
  reads: number
  /** Reads that had to load; the others were hits. */
  loads: number
}

/** The same cache, and how it is used in this process. */
export function counted(cache: Cache): Cache & { tally: Readonly<CacheTally> } {
  const tally = { reads: 0, loads: 0 }
  return {
    ...cache,
    tally,
    read(key, ttlSeconds, load) {
      tally.reads += 1
      return cache.read(key, ttlSeconds, () => {
        tally.loads += 1
        return load()
      })
    },
  }
}
