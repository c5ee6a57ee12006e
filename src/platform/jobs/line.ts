import { setTimeout as pause } from 'node:timers/promises'
import { type Backoff, backoffSeconds } from '../../kit/retry.ts'
import type { Delivery, Queue } from '../queue/index.ts'
import { type Attempt, attempt, unfinished } from './attempt.ts'
import type { JobHandler, OnError } from './index.ts'
import { queueOf } from './lane.ts'

/** Also how late it is noticed that a poke was lost. */
const WAIT_SECONDS = 5
/** Deliveries beyond the last try. They run nothing: they tell the handler to give up on what killed its worker. */
const GIVE_UPS_MAX = 10
/** An engine that is away is not asked in a hot loop; one that has come back is noticed within this time. */
const QUEUE_RETRY: Backoff = { baseSeconds: 0.25, maxSeconds: 2 }

interface LineOptions {
  job: string
  handler: JobHandler
  queue: Queue
  onError: OnError
}

/** Takes one job from its queue, as many at once as its handler allows, by one long poll for all free places. */
export function createLine({ job, handler, queue, onError }: LineOptions) {
  const running = new Set<Attempt>()
  const stopping = new AbortController()
  let polls = new AbortController()
  let polling: Promise<void> = Promise.resolve()
  let onPlace = () => {}

  async function poll(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        if (running.size < handler.concurrency) await take(WAIT_SECONDS, signal)
        else await place()
        failures = 0
      } catch (error) {
        if (signal.aborted) return
        onError(error, `The queue of the job "${job}" does not answer; it is tried again.`)
        failures += 1
        await pause(backoffSeconds(failures, QUEUE_RETRY) * 1000, undefined, { signal }).catch(() => {})
      }
    }
  }

  /** Resolves when a run ends, or the polling. */
  function place(): Promise<void> {
    return new Promise((resolve) => {
      onPlace = resolve
    })
  }

  async function take(waitSeconds: number, signal?: AbortSignal): Promise<number> {
    const deliveries = await queue.receive(queueOf(job), {
      max: handler.concurrency - running.size,
      leaseSeconds: handler.leaseSeconds,
      waitSeconds,
      deliveriesMax: handler.tries + GIVE_UPS_MAX,
      ...(signal ? { signal } : {}),
    })
    for (const delivery of deliveries) {
      if (stopping.signal.aborted) await queue.nack(queueOf(job), [delivery.receipt], unfinished(delivery))
      else begin(delivery)
    }
    return deliveries.length
  }

  function begin(delivery: Delivery): void {
    const begun = attempt({ queue, job, handler, delivery, stopping: stopping.signal, onError })
    running.add(begun)
    begun.done.finally(() => {
      running.delete(begun)
      onPlace()
    })
  }

  function allEnded(): Promise<unknown> {
    return Promise.all([...running].map(({ done }) => done))
  }

  function endPolling(): Promise<void> {
    polls.abort()
    onPlace()
    return polling
  }

  return {
    start(): void {
      polls = new AbortController()
      polling = poll(polls.signal)
    },

    /** No longer takes anything; what runs goes on. */
    pause: endPolling,

    /** Runs what waits, until nothing does; returns how many it saw through. For a line that is paused. */
    async runWaiting(): Promise<number> {
      for (let seen = running.size; ; ) {
        while (running.size >= handler.concurrency) await place()
        const taken = await take(0)
        seen += taken
        if (taken === 0 && running.size === 0) return seen
        if (taken === 0) await allEnded()
      }
    },

    /** Resolves when what runs has ended. From now on nothing begins, and what arrives is given back. */
    async finish(): Promise<void> {
      stopping.abort()
      await Promise.all([endPolling(), allEnded()])
    },

    /** The rest is for somebody else. */
    async giveBack(): Promise<void> {
      await Promise.all([...running].map((begun) => begun.giveBack()))
    },
  }
}

export type Line = ReturnType<typeof createLine>
