import type { JobHandler } from './index.ts'
import type { PayloadShape } from './payload.ts'

/** Of one job in this process, since its start. */
export interface JobTally {
  done: number
  failed: number
  running: number
  /** Of all runs together. */
  seconds: number
}

/** Counts what runs here. */
export function createTally() {
  const byJob = new Map<string, JobTally>()

  return {
    /** The same handler, counted. */
    watch<Needs extends PayloadShape>(job: string, handler: JobHandler<Needs>): JobHandler<Needs> {
      const tally = { done: 0, failed: 0, running: 0, seconds: 0 }
      byJob.set(job, tally)
      return {
        ...handler,
        async run(payload) {
          const begun = performance.now()
          tally.running += 1
          try {
            await handler.run(payload)
            tally.done += 1
          } catch (error) {
            tally.failed += 1
            throw error
          } finally {
            tally.running -= 1
            tally.seconds += (performance.now() - begun) / 1000
          }
        },
      }
    },
    read: (): ReadonlyMap<string, JobTally> => byJob,
  }
}
