import type { Redis } from '../redis/index.ts'
import { createMemoryBus } from './memory.ts'

/**
 * Bare pokes between processes: "look again". A poke carries no facts and may be lost or doubled; whoever is poked reads
 * the database, and reads it now and then unpoked as well.
 */
export interface Bus {
  publish(topic: string): void
  /** Returns the function that ends the subscription. */
  subscribe(topic: string, onPoke: () => void): () => void
  close(): Promise<void>
}

export interface BusOptions {
  redis: Redis | null
  databaseUrl: string | undefined
  /** What channels begin with. */
  namespace: string
  onError: (error: unknown) => void
}

/** Redis where there is one, else PostgreSQL's LISTEN/NOTIFY, else this process alone. */
export async function openBus({ redis, databaseUrl, namespace, onError }: BusOptions): Promise<Bus> {
  if (redis) return (await import('./redis.ts')).createRedisBus({ redis, namespace, onError })
  if (databaseUrl)
    return (await import('./postgres.ts')).openPostgresBus({ url: databaseUrl, namespace, onError })
  return createMemoryBus()
}
