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
    created_at: number
    finished_at: number | null
  }
}
