import { setTimeout as pause } from 'node:timers/promises'
import { backoffSeconds } from '../../kit/retry.ts'
import type { Queue } from '../../platform/queue/index.ts'
import type { NewDetection, Recorded } from './schemas.ts'
import { createTaking } from './taking.ts'

interface Options {
  queue: Queue
  recordAll: (inputs: NewDetection[]) => Promise<Recorded>
  /** So many messages are done with. */
  onTaken: (queue: string, count: number) => void
  onError: (error: unknown, what: string) => void
}

/** Where producers push to, by HTTP or with a client of the engine that carries the queues. */
const QUEUE = 'detections'
/** Recorded in one transaction. */
const AT_ONCE_MAX = 100
const WAIT_SECONDS = 20
const LEASE_SECONDS = 60
/** A message that is delivered so often was in the hands of processes that died, each time. */
const DELIVERIES_MAX = 20
/** Shorter than a lease: whoever waits for an engine to come back keeps what it has in hand. */
const BACKOFF = { baseSeconds: 1, maxSeconds: 30 }

/**
 * Records the messages of the queue `detections`. One without a `source_id` is known by its own id, so that it may be delivered
 * again after a crash and is still recorded once. One that is no detection goes to the dead letters with the reason, and what
 * stands behind it goes on. While an engine is away nothing is lost, and nothing is given up.
 */
export function createIntake({ queue, recordAll, onTaken, onError }: Options) {
  let stopping = new AbortController()
  let loop: Promise<void> | null = null
  let drained = Promise.resolve()
  let isClosed = false
  const seeThrough = createTaking({
    queue,
    name: QUEUE,
    leaseSeconds: LEASE_SECONDS,
    deliveriesMax: DELIVERIES_MAX,
    recordAll,
    rest,
    isStopping: () => stopping.signal.aborted,
  })

  function start(): void {
    stopping = new AbortController()
    loop ??= run(stopping.signal)
  }

  async function run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        await takeSome(WAIT_SECONDS, signal)
        failures = 0
      } catch (error) {
        failures += 1
        if (!signal.aborted) await rest(failures, error)
      }
    }
  }

  /** How many messages there were. */
  async function takeSome(waitSeconds: number, signal?: AbortSignal): Promise<number> {
    const deliveries = await queue.receive(QUEUE, {
      max: AT_ONCE_MAX,
      leaseSeconds: LEASE_SECONDS,
      waitSeconds,
      deliveriesMax: DELIVERIES_MAX,
      ...(signal ? { signal } : {}),
    })
    if (deliveries.length === 0) return 0
    await seeThrough(deliveries)
    onTaken(QUEUE, deliveries.length)
    return deliveries.length
  }

  async function rest(failures: number, error: unknown): Promise<void> {
    onError(error, 'Detections from the queue could not be recorded; it is tried again.')
    const { signal } = stopping
    await pause(backoffSeconds(failures, BACKOFF) * 1000, undefined, { signal }).catch(() => {})
  }

  async function halt(): Promise<void> {
    stopping.abort()
    await loop
    loop = null
  }

  async function drainOnce(): Promise<void> {
    const isStarted = loop !== null
    await halt()
    try {
      while ((await takeSome(0)) > 0);
    } finally {
      if (isStarted && !isClosed) start()
    }
  }

  return {
    start,
    /** Resolves when no message is left that waits. Throws when an engine is away. */
    drain(): Promise<void> {
      drained = drained.then(drainOnce, drainOnce)
      return drained
    },
    /** Finishes what is in hand, unless an engine is away. */
    stop(): Promise<void> {
      isClosed = true
      return halt()
    },
  }
}

export type Intake = ReturnType<typeof createIntake>
