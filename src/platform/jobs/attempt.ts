import { setTimeout as pause } from 'node:timers/promises'
import { LoggiaError } from '../../kit/errors.ts'
import { type Backoff, backoffSeconds } from '../../kit/retry.ts'
import type { Delivery, Queue, Refusal } from '../queue/index.ts'
import type { JobHandler, OnError } from './index.ts'
import { queueOf } from './lane.ts'
import { renewLease } from './lease.ts'
import { type JobPayload, readPayload } from './payload.ts'

interface AttemptOptions {
  queue: Queue
  job: string
  handler: JobHandler
  delivery: Delivery
  stopping: AbortSignal
  onError: OnError
}

/** A job that is running here. */
export interface Attempt {
  /** Never rejects. */
  done: Promise<void>
  /** Somebody else may run it at once; what this run comes to is no longer told to the queue. */
  giveBack(): Promise<void>
}

/** What this process could not see to an end. */
const UNFINISHED = Symbol('unfinished')
const ENGINE_RETRY: Backoff = { baseSeconds: 0.25, maxSeconds: 2 }
const REASON_CHARACTERS_MAX = 500

/** One delivery of a job seen through: acknowledged, given back for a later try, or given up. */
export function attempt({ queue, job, handler, delivery, stopping, onError }: AttemptOptions): Attempt {
  const { deliveries, receipt } = delivery
  const renewal = renewLease({ queue, job, receipt, leaseSeconds: handler.leaseSeconds, onError })
  let isGivenBack = false
  return { done: seeThrough().finally(renewal.end), giveBack }

  async function seeThrough(): Promise<void> {
    const read = readPayload(delivery.body, handler.needs)
    if ('fault' in read) {
      onError(new Error(read.fault), `The job "${job}" cannot be read; it is dead.`)
      return tell(() => refuse({ reason: read.fault, delaySeconds: 0, deliveriesMax: deliveries }))
    }
    const reason = await failureOf(read.payload)
    if (isGivenBack) return
    if (reason === UNFINISHED) return tell(() => refuse(unfinished(delivery)))
    if (reason === null) return tell(() => queue.ack(queueOf(job), [receipt]))
    if (deliveries >= handler.tries) return giveUp(read.payload, reason)
    await tell(() => refuse(later(reason)))
  }

  /** Why it failed; `null`: it did not. */
  async function failureOf(payload: JobPayload): Promise<string | typeof UNFINISHED | null> {
    if (deliveries > handler.tries) return `It did not come to its end in ${handler.tries} tries.`
    try {
      await throughOutages(() => handler.run(payload))
      return null
    } catch (error) {
      if (isOutage(error)) return UNFINISHED
      if (!isGivenBack) onError(error, `The job "${job}" failed (try ${deliveries} of ${handler.tries}).`)
      return reasonOf(error)
    }
  }

  async function giveUp(payload: JobPayload, reason: string): Promise<void> {
    try {
      await throughOutages(() => handler.giveUp(payload, reason))
    } catch (error) {
      if (isOutage(error)) return tell(() => refuse(unfinished(delivery)))
      onError(error, `The job "${job}" could not be given up; that is tried again.`)
      return tell(() => refuse(later(reason)))
    }
    await tell(() => refuse({ reason, delaySeconds: 0, deliveriesMax: deliveries }))
  }

  /**
   * An engine that is away is no fault of the job: it waits for it here, under its lease, and no try is lost. Throws the
   * outage when this process stops meanwhile.
   */
  async function throughOutages(run: () => Promise<void>): Promise<void> {
    for (let outages = 1; ; outages += 1) {
      try {
        await run()
        return
      } catch (error) {
        if (!isOutage(error) || stopping.aborted || isGivenBack) throw error
        if (outages === 1) onError(error, `The job "${job}" waits for an engine that is away.`)
      }
      await pauseAfter(outages)
    }
  }

  function later(reason: string): Refusal {
    const delaySeconds = backoffSeconds(deliveries, handler.backoff)
    return { reason, delaySeconds, deliveriesMax: deliveries + 1 }
  }

  function refuse(refusal: Refusal): Promise<unknown> {
    return queue.nack(queueOf(job), [receipt], refusal)
  }

  /** Said again until the queue hears it, for as long as the lease may hold: what is done is not done again for an engine that was away. */
  async function tell(say: () => Promise<unknown>): Promise<void> {
    const deadline = performance.now() + handler.leaseSeconds * 1000
    for (let failures = 1; !isGivenBack; failures += 1) {
      try {
        await say()
        return
      } catch (error) {
        if (stopping.aborted || performance.now() > deadline) {
          onError(error, `What became of the job "${job}" could not be told; it will be delivered again.`)
          return
        }
      }
      await pauseAfter(failures)
    }
  }

  async function pauseAfter(failures: number): Promise<void> {
    const pauseMs = backoffSeconds(failures, ENGINE_RETRY) * 1000
    await pause(pauseMs, undefined, { signal: stopping }).catch(() => {})
  }

  async function giveBack(): Promise<void> {
    isGivenBack = true
    renewal.end()
    await refuse(unfinished(delivery))
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof LoggiaError && error.kind === 'unavailable'
}

/** To be delivered again at once, and no try of it: a job outlives any number of stops. */
export function unfinished({ deliveries }: Delivery): Refusal {
  const reason = 'The process that was to run it stopped.'
  return { reason, delaySeconds: 0, deliveriesMax: deliveries + 1, isUncounted: true }
}

/** What every engine can keep. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .slice(0, REASON_CHARACTERS_MAX)
}
