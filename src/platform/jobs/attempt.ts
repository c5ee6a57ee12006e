import { backoffSeconds } from '../../kit/retry.ts'
import type { Delivery, Queue } from '../queue/index.ts'
import type { JobPayload, OnError } from './index.ts'
import { queueOf } from './outbox.ts'
import type { JobHandler } from './worker.ts'

interface Attempt {
  queue: Queue
  onError: OnError
  job: string
  handler: JobHandler
  delivery: Delivery
}

/** One delivery of a job seen through: acknowledged, given back for a later try, or given up. */
export async function attempt({ queue, onError, job, handler, delivery }: Attempt): Promise<void> {
  const payload = JSON.parse(delivery.body) as JobPayload
  const renewal = setInterval(renew, (handler.leaseSeconds * 1000) / 3)
  try {
    if (delivery.deliveries > handler.tries) throw new Error('The process that ran it stopped each time.')
    await handler.run(payload)
    await queue.ack(queueOf(job), [delivery.receipt])
  } catch (error) {
    onError(error, `The job "${job}" failed (try ${delivery.deliveries} of ${handler.tries}).`)
    await refuse(error instanceof Error ? error.message : String(error))
  } finally {
    clearInterval(renewal)
  }

  function renew(): void {
    queue
      .extend(queueOf(job), [delivery.receipt], handler.leaseSeconds)
      .catch((error) => onError(error, `The lease of the job "${job}" was not renewed.`))
  }

  async function refuse(reason: string): Promise<void> {
    const isLast = delivery.deliveries >= handler.tries
    if (isLast) await handler.giveUp(payload, reason)
    await queue.nack(queueOf(job), [delivery.receipt], {
      delaySeconds: isLast ? 0 : backoffSeconds(delivery.deliveries, handler.backoff),
      reason,
      deliveriesMax: isLast ? delivery.deliveries : handler.tries,
    })
  }
}
