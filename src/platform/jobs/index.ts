import type { Clock } from '../../kit/clock.ts'
import type { Backoff } from '../../kit/retry.ts'
import { afterCommit, type Database, type Transaction } from '../database/index.ts'
import type { Queue } from '../queue/index.ts'
import { queueOf } from './lane.ts'
import { createOutbox } from './outbox.ts'
import type { JobPayload, PayloadOf, PayloadShape } from './payload.ts'
import { createRelay } from './relay.ts'
import { createTally, type JobTally } from './tally.ts'
import { createWorker } from './worker.ts'

export type OnError = (error: unknown, what: string) => void

export interface JobHandler<Needs extends PayloadShape = PayloadShape> {
  /** A payload without these members is dead at once, with the reason; the handler never sees it. */
  needs: Needs
  /** Idempotent: a crash between its effect and the acknowledgement runs it again. */
  run(payload: PayloadOf<Needs>): Promise<void>
  /** The last word on a job that failed for good, with the reason. Idempotent, and tried again when it fails. */
  giveUp(payload: PayloadOf<Needs>, reason: string): Promise<void>
  tries: number
  backoff: Backoff
  /** Renewed while the job runs, so it only has to outlast a crash. */
  leaseSeconds: number
  /** In each process. */
  concurrency: number
}

export interface Jobs {
  /** Leaves with the transaction: committed, it will run at least once, in whichever process; rolled back, it never was. */
  enqueue(tx: Transaction, job: string, payload: JobPayload): Promise<void>
  handle<const Needs extends PayloadShape>(job: string, handler: JobHandler<Needs>): void
  /** What has run in this process, by job. */
  tally(): ReadonlyMap<string, JobTally>
  /** Begins to hand to the queues what is enqueued, here and by processes that are gone. */
  relay(): void
  /** Begins to run jobs too. */
  start(): void
  /** Resolves when nothing that may run now is left. Throws when an engine is away. */
  drain(): Promise<void>
  /**
   * Finishes what runs, within a bounded time whatever the engines do; what could not finish is given back and runs again
   * elsewhere, and what has not begun stays queued.
   */
  stop(): Promise<void>
}

/** The queue that carries a job. */
export type QueueFor = (job: string) => Queue

/** As long as requests are waited for, with which jobs are stopped together. */
const FINISH_MS = 6_000

/**
 * Where the queue is a table of the same database, a job is a message of the transaction that decides it. Any other queue
 * is reached by way of the outbox.
 */
export function createJobs(options: {
  db: Database
  queueFor: QueueFor
  clock: Clock
  onError: OnError
  finishMs?: number
}): Jobs {
  const { queueFor, onError, finishMs = FINISH_MS } = options
  const outbox = createOutbox(options)
  const relay = createRelay({ outbox, queueFor, onError, finishMs })
  const worker = createWorker({ queueFor, onError, finishMs })
  const tally = createTally()
  let drained: Promise<void> = Promise.resolve()
  let stopped: Promise<void> | undefined

  async function drainAll(): Promise<void> {
    await worker.pause()
    try {
      do await relay.drain()
      while ((await worker.runWaiting()) > 0)
    } finally {
      worker.resume()
    }
  }

  async function stopAll(): Promise<void> {
    await Promise.all([relay.stop(), worker.stop()])
  }

  return {
    async enqueue(tx, job, payload) {
      const queue = queueFor(job)
      if (queue.pushIn) {
        await queue.pushIn(tx, queueOf(job), [{ body: JSON.stringify(payload) }])
        return
      }
      await outbox.add(tx, job, payload)
      afterCommit(tx, () => relay.poke(job))
    },
    handle: (job, handler) => worker.handle(job, tally.watch(job, handler)),
    tally: tally.read,
    relay: relay.start,
    start() {
      relay.start()
      worker.start()
    },
    drain() {
      drained = drained.catch(() => {}).then(drainAll)
      return drained
    },
    stop() {
      stopped ??= stopAll()
      return stopped
    },
  }
}

export { migrations } from './migrations.ts'
export type { JobPayload } from './payload.ts'
