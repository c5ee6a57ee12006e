import type { Delivery, Queue, QueueInspection, ReceiveRequest } from '../../src/platform/queue/index.ts'
import { createRedisQueue } from '../../src/platform/queue/redis.ts'
import type { Redis } from '../../src/platform/redis/index.ts'
import { movableClock } from './clock.ts'
import { openRedisRoom } from './redis.ts'

export interface RedisQueues {
  /** Two nodes on one Redis. */
  queue: Queue & QueueInspection
  other: Queue & QueueInspection
  inspection: QueueInspection
  /** What went wrong where nobody waited for it. */
  errors: unknown[]
  /** Redis itself, as a foreign program sees it. */
  redis: Redis
  namespace: string
  advance(seconds: number): void
  close(): Promise<void>
}

/** Queues in a namespace of their own. */
export async function openRedisQueues(): Promise<RedisQueues> {
  const room = await openRedisRoom()
  const { namespace } = room
  const { clock, advance } = movableClock()
  const errors: unknown[] = []
  const onError = (error: unknown) => errors.push(error)
  const [redis, otherRedis] = [await room.open(), await room.open()]
  const queue = createRedisQueue({ redis, namespace, clock, onError })
  const other = createRedisQueue({ redis: otherRedis, namespace, clock, onError })
  return {
    queue,
    other,
    inspection: queue,
    errors,
    redis,
    namespace,
    advance,
    async close() {
      await queue.close()
      await other.close()
      await room.close()
    },
  }
}

export function receive(queue: Queue, name: string, more: Partial<ReceiveRequest> = {}): Promise<Delivery[]> {
  return queue.receive(name, { max: 100, leaseSeconds: 60, waitSeconds: 0, deliveriesMax: 5, ...more })
}
