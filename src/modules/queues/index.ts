import type { Clock } from '../../kit/clock.ts'
import type { Database } from '../../platform/database/index.ts'
import type { QueueInspection, Queue as QueueSeam } from '../../platform/queue/index.ts'
import { createMessages } from './messages.ts'
import { createQueues } from './queues.ts'

/** `db`: without idempotency records in its transactions, for messages may live in another engine; dedup ids stand in. */
export function openQueues(options: { db: Database; clock: Clock; queue: QueueSeam & QueueInspection }) {
  const queues = createQueues(options)
  return { queues, messages: createMessages({ queues, queue: options.queue }) }
}

export type QueuesRoom = ReturnType<typeof openQueues>

export { migrations } from './migrations.ts'
export { queueRoutes } from './routes.ts'

/** What an API key may be given here, and the role that it takes to give it. */
export const scopes = { 'queue:push': 'admin', 'queue:receive': 'admin' } as const
