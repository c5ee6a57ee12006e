import { sql } from 'kysely'
import { loadConfig } from '../../src/config.ts'
import { type Clock, systemClock } from '../../src/kit/clock.ts'
import { migrate } from '../../src/platform/database/index.ts'
import { openPlatform } from '../../src/platform/index.ts'
import { createJobs, type JobHandler, migrations as jobTables } from '../../src/platform/jobs/index.ts'
import { type Queue, migrations as queueTables } from '../../src/platform/queue/index.ts'

/** A stop waits this long for jobs. */
export const FINISH_MS = 500

export interface NodeOptions {
  clock?: Clock
  /** What stands between this node and the queue of a job. */
  through?: (queue: Queue, job: string) => Queue
}

/** A queue that only the relay of the outbox can reach, as every engine beside the database is. */
export function beyondTransactions({ pushIn: _, ...queue }: Queue): Queue {
  return queue
}

/** What one more process of the cluster would be: its own handles, and jobs of its own. */
export async function openJobNode(settings: Record<string, string>, options: NodeOptions = {}) {
  const { clock = systemClock, through = (queue) => queue } = options
  const told: string[] = []
  const onError = (error: unknown, what: string) => void told.push(`${what} ${error}`)
  const platform = await openPlatform({ config: loadConfig(settings), clock, onError })
  const db = platform.database
  await migrate(db, { queue: queueTables, jobs: jobTables })
  const queueFor = (job: string) => through(platform.queueFor(job), job)
  const jobs = createJobs({ db, queueFor, clock, onError, finishMs: FINISH_MS })
  let closed: Promise<void> | undefined

  return {
    platform,
    jobs,
    /** What went wrong and was told. */
    told,
    note(run: (id: number) => Promise<void>, more: Partial<JobHandler<{ id: 'number' }>> = {}): void {
      jobs.handle('note', {
        needs: { id: 'number' },
        run: ({ id }) => run(id),
        giveUp: async () => {},
        tries: 3,
        backoff: { baseSeconds: 0.25, maxSeconds: 0.5 },
        leaseSeconds: 30,
        concurrency: 2,
        ...more,
      })
    },
    enqueue: (...ids: number[]) =>
      db.write(async (tx) => {
        for (const id of ids) await jobs.enqueue(tx, 'note', { id })
      }),
    async rows(query: string): Promise<Record<string, unknown>[]> {
      return (await sql.raw<Record<string, unknown>>(query).execute(db.read)).rows
    },
    change: (statement: string) => db.write((tx) => sql.raw(statement).execute(tx)),
    close(): Promise<void> {
      closed ??= jobs.stop().then(platform.close)
      return closed
    },
  }
}

export type JobNode = Awaited<ReturnType<typeof openJobNode>>
