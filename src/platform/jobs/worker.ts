import { setTimeout as delay } from 'node:timers/promises'
import type { Backoff } from '../../kit/retry.ts'
import { attempt } from './attempt.ts'
import type { JobPayload, OnError, QueueFor } from './index.ts'
import { queueOf } from './outbox.ts'

export interface JobHandler {
  /** Idempotent: a crash between its effect and the acknowledgement runs it again. */
  run(payload: JobPayload): Promise<void>
  /** The last word on a job that failed for good, with the reason. */
  giveUp(payload: JobPayload, reason: string): Promise<void>
  tries: number
  backoff: Backoff
  /** Renewed while the job runs, so it only has to outlast a crash. */
  leaseSeconds: number
  concurrency: number
}

const WAIT_SECONDS = 20
/** Pause after the queue itself failed, so that an engine that is away is not asked in a hot loop. */
const QUEUE_DOWN_PAUSE_MS = 1_000

export function createWorker({ queueFor, onError }: { queueFor: QueueFor; onError: OnError }) {
  const handlers = new Map<string, JobHandler>()
  const loops: Promise<void>[] = []
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()

  async function loop(job: string, handler: JobHandler): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await takeOne(job, handler, WAIT_SECONDS)
      } catch (error) {
        onError(error, `The queue of the job "${job}" does not answer; it is tried again.`)
        await delay(QUEUE_DOWN_PAUSE_MS, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  async function takeOne(job: string, handler: JobHandler, waitSeconds: number): Promise<number> {
    const queue = queueFor(job)
    const deliveries = await queue.receive(queueOf(job), {
      max: 1,
      leaseSeconds: handler.leaseSeconds,
      waitSeconds,
      // One more than it may run: that delivery only tells the handler to give up on what kills its worker.
      deliveriesMax: handler.tries + 1,
      signal: stopping.signal,
    })
    for (const delivery of deliveries) await track(attempt({ queue, onError, job, handler, delivery }))
    return deliveries.length
  }

  function track(work: Promise<void>): Promise<void> {
    running.add(work)
    return work.finally(() => running.delete(work))
  }

  async function finished(): Promise<number> {
    const { size } = running
    await Promise.all(running)
    return size
  }

  return {
    handle(job: string, handler: JobHandler): void {
      handlers.set(job, handler)
    },
    start(): void {
      for (const [job, handler] of handlers) {
        for (let slot = 0; slot < handler.concurrency; slot += 1) loops.push(loop(job, handler))
      }
    },
    /** Runs what waits, beside the loops; returns how many jobs it saw through. */
    async drain(): Promise<number> {
      let seen = await finished()
      for (const [job, handler] of handlers) seen += await takeOne(job, handler, 0)
      // A loop may have taken a job while this looked: then there was none left to find, and yet it is not done.
      return seen + (await finished())
    },
    async stop(): Promise<void> {
      stopping.abort()
      await Promise.all(loops)
    },
  }
}
