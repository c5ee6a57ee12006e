import type { RabbitMq } from '../rabbitmq/index.ts'
import type { Queue } from './index.ts'

export function createRabbitMqQueue(_options: {
  rabbitMq: RabbitMq
  namespace: string
  onError: (error: unknown) => void
}): Queue & { close(): Promise<void> } {
  throw new Error('not yet')
}
