import type { Clock } from '../../kit/clock.ts'
import type { Database } from '../../platform/database/index.ts'
import type { QueueInspection, Queue as QueueSeam } from '../../platform/queue/index.ts'
import { createHistory } from './history.ts'
import { createMessages } from './messages.ts'
import { createQueues } from './queues.ts'
import { createRepair } from './repair.ts'

export interface QueuesOptions {
  db: Database
  clock: Clock
  queue: QueueSeam & QueueInspection
  closing: AbortSignal
  onError: (error: unknown, what: string) => void
}

/** `db`: without idempotency records in its transactions, for messages may live in another engine; dedup ids stand in. */
export function openQueues(options: QueuesOptions) {
  const { queue } = options
  const queues = createQueues(options)
  const history = createHistory(options)
  return {
    queues,
    history,
    messages: createMessages({ ...options, queues, history }),
    repair: createRepair({ queues, queue }),
  }
}

export type QueuesRoom = ReturnType<typeof openQueues>
