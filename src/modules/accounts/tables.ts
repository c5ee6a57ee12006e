import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface AccountTables extends NoTables {
  credentials: { user_id: number; password_hash: string; changed_at: number }
  sessions: {
    id: string
    user_id: number
    /** The refresh token that is good now, by its `jti`. */
    refresh_id: string
    /** The one that it replaced. */
    previous_refresh_id: string | null
    rotated_at: number
    user_agent: string | null
    ip: string
    created_at: number
    expires_at: number
  }
  api_keys: {
    id: Generated<number>
    user_id: number
    name: string
    secret_hash: string
    scopes: string
    created_at: number
    last_used_at: number | null
  }
  one_time_tokens: {
    token_hash: string
    purpose: 'setup' | 'verify_email' | 'reset_password'
    user_id: number | null
    email: string | null
    expires_at: number
  }
  /** Requests for a link that were seen to. */
  reset_requests: { id: string; answered_at: number }
  signing_keys: {
    kid: string
    purpose: 'access' | 'refresh'
    jwk: string
    created_at: number
  }
}
