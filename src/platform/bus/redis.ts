import type { Redis } from '../redis/index.ts'
import type { Bus } from './index.ts'

export async function createRedisBus(_options: {
  redis: Redis
  namespace: string
  onError: (error: unknown) => void
}): Promise<Bus> {
  throw new Error('not yet')
}
