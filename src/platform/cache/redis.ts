import type { Redis } from '../redis/index.ts'
import type { Cache } from './index.ts'

export function createRedisCache(_options: {
  redis: Redis
  namespace: string
  onError: (error: unknown) => void
}): Cache {
  throw new Error('not yet')
}
