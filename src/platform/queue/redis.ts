import type { Clock } from '../../kit/clock.ts'
import type { Redis } from '../redis/index.ts'
import type { Queue, QueueInspection } from './index.ts'

export function createRedisQueue(_options: {
  redis: Redis
  namespace: string
  clock: Clock
  onError: (error: unknown) => void
}): Queue & QueueInspection & { close(): Promise<void> } {
  throw new Error('not yet')
}
