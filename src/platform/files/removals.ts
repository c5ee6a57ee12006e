import type { Transaction } from '../database/index.ts'
import type { Jobs } from '../jobs/index.ts'
import type { Files } from './index.ts'

const REMOVAL_JOB = 'file-removal'

export interface FileRemovals {
  /** The file goes after the transaction's commit, and stays when it is rolled back. */
  enqueue(tx: Transaction, name: string): Promise<void>
}

/** Files leave with the rows that named them, however the process ends. */
export function createFileRemovals({ files, jobs }: { files: Files; jobs: Jobs }): FileRemovals {
  jobs.handle(REMOVAL_JOB, {
    needs: { name: 'string' },
    run: ({ name }) => files.delete(name),
    // The next sweep finds it.
    giveUp: async () => {},
    tries: 10,
    backoff: { baseSeconds: 5, maxSeconds: 3600 },
    leaseSeconds: 30,
    concurrency: 1,
  })
  return { enqueue: (tx, name) => jobs.enqueue(tx, REMOVAL_JOB, { name }) }
}
