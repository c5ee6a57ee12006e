import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../bus/index.ts'
import type { Database, Transaction } from '../database/index.ts'
import type { Queue } from '../queue/index.ts'
import { createOutbox } from './outbox.ts'
import { createWorker, type JobHandler } from './worker.ts'

export type OnError = (error: unknown, what: string) => void

/** What a job carries: ids, never facts that may have changed when it runs. */
export type JobPayload = Record<string, number | string>

export interface Jobs {
  /** Leaves with the transaction: committed, it will run at least once; rolled back, it never was. */
  enqueue(tx: Transaction, job: string, payload: JobPayload): Promise<void>
  handle(job: string, handler: JobHandler): void
  /** Begins to run what is enqueued. Without it this process only enqueues. */
  start(): void
  /** Resolves when nothing that may run now is left. */
  drain(): Promise<void>
  /** Finishes what runs; what has not begun stays queued. */
  stop(): Promise<void>
}

/** The queue that carries a job. */
export type QueueFor = (job: string) => Queue

export function createJobs(options: {
  db: Database
  queueFor: QueueFor
  bus: Bus
  clock: Clock
  onError: OnError
}): Jobs {
  const outbox = createOutbox(options)
  const worker = createWorker(options)
  return {
    enqueue: outbox.enqueue,
    handle: worker.handle,
    start() {
      outbox.start()
      worker.start()
    },
    async drain() {
      do await outbox.forward()
      while ((await worker.drain()) > 0)
    },
    async stop() {
      await outbox.stop()
      await worker.stop()
    },
  }
}

export { migrations } from './migrations.ts'
export type { JobHandler } from './worker.ts'
