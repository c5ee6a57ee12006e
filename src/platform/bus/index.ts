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

export function openBus(): Bus {
  return createMemoryBus()
}
