import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface TaskTables extends NoTables {
  tasks: {
    id: Generated<number>
    author_id: number
    text: string
    done: number
    due_at: number | null
    created_at: number
    updated_at: number
    /** The owner's number of its last change; no two tasks of an owner have the same. */
    change: number
    /** What its text is sorted and searched by. */
    text_key: string
    /** Its JSON without braces, id and author: lists are put together from it in the database. */
    shown: string
  }
  /** One row for whoever has ever had a task. Locked by each of their changes, until it is committed. */
  task_owners: {
    user_id: number
    /** The number of their last change. */
    last_change: number
    /** The latest time of a change of theirs: it never goes back, whatever the clocks of the nodes do. */
    last_at: number
    /** Tombstones up to this change are purged. */
    purged_change: number
  }
  /** What stood in the place of a task that is gone. */
  task_tombstones: { user_id: number; change: number; task_id: number; deleted_at: number }
}
