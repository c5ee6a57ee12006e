import type { Redis as Client } from 'ioredis'
import { rarely } from '../../kit/rarely.ts'
import { endConnection, refuseUnknownDatabase, startConnection } from './connection.ts'

export { examineRedis } from './examination.ts'
export { defineScript, type Script } from './script.ts'

/** One Redis for all seams that use it. */
export interface Redis {
  /**
   * For commands that answer at once; shared. What was not answered is never sent again by itself: whether it was done is
   * not known. Throws `redis_unavailable` (503): at once while Redis is away, within 2 s when it hangs. Commands sent
   * before the first connection wait for it. That Redis hangs is noticed within 3 s even when nobody sends anything.
   */
  readonly commands: Client
  /**
   * A connection of its own, for whoever subscribes or blocks on it; may be closed with `disconnect`, is closed with the
   * rest. It fails as `commands` do, except that Redis may be silent for `blockSeconds` more. It comes back by itself but
   * subscribes to nothing by itself: do that on each `ready`.
   */
  connect(options?: { blockSeconds?: number }): Client
  /** Throws when Redis does not answer within 2 s. */
  ping(): Promise<void>
  close(): Promise<void>
}

const TELL_MS = 60_000

/**
 * Resolves without waiting for Redis: a server may start while it is away, and says so in `/readyz`. `url` is
 * `redis[s]://[user][:password]@host[:port][/database]`. `onError` is told once per outage, and at most once a minute that
 * Redis answers but does not serve (out of memory, cannot save, is a replica).
 */
export async function openRedis(options: { url: string; onError: (error: unknown) => void }): Promise<Redis> {
  const { url, onError } = options
  refuseUnknownDatabase(url)
  const onRefused = rarely(TELL_MS, onError)
  const open = new Set<Client>()
  const away = new Set<Client>()

  function start(blockSeconds: number): Client {
    const client = startConnection({ url, blockSeconds, onRefused })
    open.add(client)
    client.on('error', (error) => miss(client, error))
    client.on('close', () => {
      if (client.status !== 'end') miss(client, new Error('The connection to Redis was closed.'))
    })
    client.on('ready', () => away.delete(client))
    client.on('end', () => {
      open.delete(client)
      away.delete(client)
    })
    return client
  }

  function miss(client: Client, error: unknown): void {
    if (away.size === 0) onError(error)
    away.add(client)
  }

  const commands = start(0)
  return {
    commands,
    connect: ({ blockSeconds = 0 } = {}) => start(blockSeconds),
    async ping() {
      await commands.ping()
    },
    async close() {
      await Promise.all([...open].map(endConnection))
    },
  }
}
