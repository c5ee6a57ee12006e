import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface DocumentTables extends NoTables {
  documents: {
    id: Generated<number>
    owner_id: number
    template: 'profile' | 'tasks' | 'price_list'
    subject_id: number
    state: 'queued' | 'running' | 'ready' | 'failed'
    progress: number
    error: string | null
    /** Whether its owner wants a mail when it is ready: 0 or 1. */
    notify: number
    /** Number of its latest change among those of its owner's documents. */
    change_id: number
    created_at: number
    finished_at: number | null
  }
  /** One row for each owner: the number of the latest change of any of their documents. */
  document_changes: { owner_id: number; last_id: number }
}
