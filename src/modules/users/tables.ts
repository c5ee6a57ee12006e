import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface UserTables extends NoTables {
  users: {
    id: Generated<number>
    username: string
    /** What makes a name unique: compatibility-normalised, without case. */
    username_key: string
    email: string | null
    email_key: string | null
    email_verified_at: number | null
    given_name: string | null
    family_name: string | null
    gender: string | null
    /** The name of its file. */
    profile_pic: string | null
    role: 'user' | 'admin'
    locale: string
    disabled_at: number | null
    created_at: number
    updated_at: number
  }
  user_stats: {
    user_id: number
    session_count: number
    victory_count: number
    loss_count: number
    total_time: number
  }
}
