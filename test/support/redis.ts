import { randomBytes } from 'node:crypto'
import { openRedis, type Redis } from '../../src/platform/redis/index.ts'
import { ENGINES } from './engines.ts'

export interface RedisRoom {
  namespace: string
  /** A handle like that of a process of its own; closed with the room. */
  open(url?: string, onError?: (error: unknown) => void): Promise<Redis>
  /** Removes every key of the namespace. */
  close(): Promise<void>
}

/** A namespace of its own in the Redis that is shared. */
export async function openRedisRoom(): Promise<RedisRoom> {
  const namespace = `test-${randomBytes(6).toString('hex')}`
  const opened: Redis[] = []

  async function open(url = ENGINES.redis, onError: (error: unknown) => void = () => {}): Promise<Redis> {
    const redis = await openRedis({ url, onError })
    opened.push(redis)
    return redis
  }

  const { commands } = await open()
  return {
    namespace,
    open,
    async close() {
      for await (const keys of commands.scanStream({ match: `${namespace}:*`, count: 1000 })) {
        if (keys.length > 0) await commands.del(keys)
      }
      await Promise.all(opened.map((redis) => redis.close()))
    },
  }
}
