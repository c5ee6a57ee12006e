import type { Redis as Client } from 'ioredis'

/** One Redis for all seams that use it. */
export interface Redis {
  /** For commands that answer at once; shared, and pipelined by the client. Calls while Redis is away fail at once. */
  readonly commands: Client
  /** A connection of its own, for whoever subscribes or blocks on it. Closed with the rest. */
  connect(): Client
  /** Throws when Redis does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Resolves without waiting for Redis: a server may start while it is away, and says so in `/readyz`. */
export async function openRedis(_options: {
  url: string
  onError: (error: unknown) => void
}): Promise<Redis> {
  throw new Error('not yet')
}
