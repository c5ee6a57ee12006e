import { openQueues } from '../../src/platform/queue/index.ts'
import { createRedisQueue } from '../../src/platform/queue/redis.ts'
import { type OpenedQueue, queueContract } from '../contracts/queue.ts'
import { movableClock } from '../support/clock.ts'
import { openRedisRoom } from '../support/redis.ts'

async function openOnRedis(): Promise<OpenedQueue> {
  const room = await openRedisRoom()
  const { clock, advance } = movableClock()
  const failed = (error: unknown) => {
    throw error
  }
  const open = async () =>
    createRedisQueue({ redis: await room.open(), namespace: room.namespace, clock, onError: failed })
  const [one, two] = [await open(), await open()]
  return {
    queue: one,
    other: two,
    inspection: one,
    advance,
    async close() {
      await one.close()
      await two.close()
      await room.close()
    },
  }
}

queueContract('streams in Redis', openOnRedis)
