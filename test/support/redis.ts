import { randomBytes } from 'node:crypto'
import { openRedis, type Redis } from '../../src/platform/redis/index.ts'

export const REDIS_URL = process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379'

/** For `skip` of a suite: why there is no Redis to test on; false when there is. Where CI is set that is a failure. */
export async function whyNoRedis(): Promise<string | false> {
  const redis = await openRedis({ url: REDIS_URL, onError: () => {} })
  const reason = await redis.ping().then(
    () => false as const,
    () => `no Redis at TEST_REDIS_URL, ${new URL(REDIS_URL).host}`,
  )
  await redis.close()
  if (reason && process.env['CI']) throw new Error(reason)
  return reason
}

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

  async function open(url = REDIS_URL, onError: (error: unknown) => void = () => {}): Promise<Redis> {
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
