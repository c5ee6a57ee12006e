import { queue } from './queue.ts'
import type { Walk } from './steps.ts'
import { stores } from './stores.ts'
import { tasks } from './tasks.ts'
import { users } from './users.ts'
import { vehicles } from './vehicles.ts'

export type { Step, Walk } from './steps.ts'

/** A walk through each published API; the documents in `docs/compat` are made from them. */
export const walks: Record<string, Walk> = { queue, users, tasks, stores, vehicles }
