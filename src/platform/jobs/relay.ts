import { setTimeout as pause } from 'node:timers/promises'
import type { OnError, QueueFor } from './index.ts'
import { createLane, type Lane } from './lane.ts'
import type { Outbox } from './outbox.ts'
import { within } from './within.ts'

/** Finds what a process left behind that crashed, or that only enqueues. */
const LOOK_EVERY_MS = 5_000
/** Rows that another relay has claimed are in its hands for milliseconds, unless it crashed. */
const OTHERS_MS = 1_000

interface RelayOptions {
  outbox: Outbox
  queueFor: QueueFor
  onError: OnError
  finishMs: number
}

/**
 * Hands the rows of the outbox to the queues: claims them, pushes them, deletes them. A crash after the push has them
 * pushed again once the claim runs out, under the same dedup ids where the engine knows such, and handlers are idempotent.
 *
 * It runs in every process that stays, those of `ROLE=web` too: whoever commits a job hands it on at once and needs to poke
 * nobody, and the job leaves even while no worker runs. What a process leaves behind, all others find.
 */
export function createRelay({ outbox, queueFor, onError, finishMs }: RelayOptions) {
  const lanes = new Map<string, Lane>()
  let timer: NodeJS.Timeout | undefined

  function laneOf(job: string): Lane {
    const lane = lanes.get(job) ?? createLane({ job, queue: queueFor(job), outbox, onError })
    lanes.set(job, lane)
    return lane
  }

  async function lookAround(): Promise<void> {
    try {
      for (const job of await outbox.jobs()) laneOf(job).look()
    } catch (error) {
      onError(error, 'The outbox could not be read; it is tried again.')
    }
  }

  return {
    start(): void {
      timer ??= setInterval(lookAround, LOOK_EVERY_MS)
      lookAround()
    },

    /** There is a new row of this job. */
    poke(job: string): void {
      if (timer !== undefined) laneOf(job).look()
    },

    /** Resolves when every row has left. Throws when an engine is away. */
    async drain(): Promise<void> {
      const deadline = performance.now() + OTHERS_MS
      do {
        const jobs = new Set([...lanes.keys(), ...(await outbox.jobs())])
        await Promise.all([...jobs].map((job) => laneOf(job).carry()))
        if (await outbox.isEmpty()) return
        await pause(10)
      } while (performance.now() < deadline)
    },

    async stop(): Promise<void> {
      clearInterval(timer)
      timer = undefined
      const stopped = Promise.all([...lanes.values()].map((lane) => lane.stop()))
      await within(finishMs, stopped).catch((error) => onError(error, 'The outbox was left in the midst.'))
    },
  }
}
