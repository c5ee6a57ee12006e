import type { Clock } from '../../kit/clock.ts'
import type { Cache } from '../../platform/cache/index.ts'
import type { Database } from '../../platform/database/index.ts'
import { createBatches } from './batches.ts'
import { createTaskChanges } from './changes.ts'
import { createExports } from './exports.ts'
import { createLists } from './lists.ts'
import { createTasks } from './tasks.ts'

export interface TasksOptions {
  db: Database
  cache: Cache
  clock: Clock
  /** Makes the UIDs of exported tasks differ from those of other installations. */
  uidDomain: string
}

export function openTasks(options: TasksOptions) {
  const lists = createLists(options)
  return {
    tasks: createTasks({ ...options, lists }),
    lists,
    batches: createBatches(options),
    changes: createTaskChanges(options),
    exports: createExports({ ...options, lists }),
  }
}

export type TasksRoom = ReturnType<typeof openTasks>
