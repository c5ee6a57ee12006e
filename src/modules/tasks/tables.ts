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
  }
}
