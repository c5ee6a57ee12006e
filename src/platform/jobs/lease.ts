import type { Queue } from '../queue/index.ts'
import type { OnError } from './index.ts'
import { queueOf } from './lane.ts'

/**
 * Renews a lease at each third of its time, until `end`. A renewal that comes back stale has lost it: the run goes on, and
 * its acknowledgement will be stale too.
 */
export function renewLease({
  queue,
  job,
  receipt,
  leaseSeconds,
  onError,
}: {
  queue: Queue
  job: string
  receipt: string
  leaseSeconds: number
  onError: OnError
}) {
  const timer = setInterval(renew, (leaseSeconds * 1000) / 3)
  let isAsking = false

  async function renew(): Promise<void> {
    if (isAsking) return
    isAsking = true
    try {
      const { stale } = await queue.extend(queueOf(job), [receipt], leaseSeconds)
      if (stale.length > 0) clearInterval(timer)
    } catch (error) {
      onError(error, `The lease of the job "${job}" was not renewed; that is tried again.`)
    }
    isAsking = false
  }

  return { end: () => clearInterval(timer) }
}
