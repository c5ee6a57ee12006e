import { type Backoff, backoffSeconds } from '../../kit/retry.ts'
import type { Queue } from '../queue/index.ts'
import { CLAIMED_AT_ONCE_MAX, type Outbox, type OutboxRow } from './outbox.ts'
import { within } from './within.ts'

/** Ends well before the claim on the rows does. */
const PUSH_MS = 10_000
/** An engine that has come back is noticed within this time. */
const RETRY: Backoff = { baseSeconds: 0.25, maxSeconds: 2 }

interface LaneOptions {
  job: string
  queue: Queue
  outbox: Outbox
  onError: (error: unknown, what: string) => void
}

/** Carries the rows of one job to its queue, in the order of their ids; an engine that is away holds up no other job. */
export function createLane({ job, queue, outbox, onError }: LaneOptions) {
  /** In the queue, and still to be deleted: a database that goes away in between does not have them pushed again. */
  let pushed: number[] = []
  let carrying: Promise<void> | null = null
  let again = false
  let failures = 0
  let retry: NodeJS.Timeout | undefined
  let stopped = false

  /** One batch at a time; asked while it runs, it looks once more at the end. Throws when the engine is away. */
  function carry(): Promise<void> {
    again = true
    carrying ??= carryWhileAsked()
    return carrying
  }

  async function carryWhileAsked(): Promise<void> {
    try {
      while (again && !stopped) {
        again = false
        await carryAll()
      }
    } finally {
      carrying = null
    }
  }

  async function carryAll(): Promise<void> {
    await forgetPushed()
    for (let full = true; full && !stopped; ) {
      const rows = await outbox.claim(job)
      if (rows.length > 0) await push(rows)
      await forgetPushed()
      full = rows.length >= CLAIMED_AT_ONCE_MAX
    }
  }

  async function push(rows: OutboxRow[]): Promise<void> {
    const ids = rows.map(({ id }) => id)
    const messages = rows.map((row) => ({ body: row.payload, dedupId: dedupIdOf(row) }))
    try {
      await within(PUSH_MS, queue.push(queueOf(job), messages))
      pushed = ids
    } catch (error) {
      // Failing that, the claim runs out.
      await outbox.release(ids).catch(() => {})
      throw error
    }
  }

  async function forgetPushed(): Promise<void> {
    if (pushed.length > 0) await outbox.remove(pushed)
    pushed = []
  }

  async function look(): Promise<void> {
    if (retry !== undefined || stopped) return
    try {
      await carry()
      failures = 0
    } catch (error) {
      if (retry !== undefined || stopped) return
      onError(error, `The job "${job}" could not be handed to its queue; it is tried again.`)
      failures += 1
      retry = setTimeout(lookAgain, backoffSeconds(failures, RETRY) * 1000)
    }
  }

  function lookAgain(): void {
    retry = undefined
    look()
  }

  return {
    carry,
    /** As `carry`, for whoever does not wait for it. While the engine is away, it is asked now and then only. */
    look,
    /** Sees the batch through that is on its way. */
    async stop(): Promise<void> {
      stopped = true
      await carrying?.catch(() => {})
      clearTimeout(retry)
    },
  }
}

export type Lane = ReturnType<typeof createLane>

/** A database from an earlier backup, or another one, gives the same ids to other jobs, and dead ones are kept for long. */
function dedupIdOf({ id, created_at }: OutboxRow): string {
  return `outbox:${id}:${created_at}`
}

/** No queue of a user can bear this name. */
export function queueOf(job: string): string {
  return `jobs/${job}`
}
