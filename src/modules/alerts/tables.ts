import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface AlertTables extends NoTables {
  alert_rules: {
    id: Generated<number>
    name: string
    category_contains: string | null
    make: string | null
    created_at: number
  }
  /** The one row that numbers alerts. */
  alert_counter: { last_id: number }
  alerts: {
    id: number
    /** `null` once the rule is gone. */
    rule_id: number | null
    /** The rule's name at that time. */
    rule: string
    detection_id: number
    /** JSON text: an alert tells what was seen, so the stream is one table in the order of its ids. */
    detection: string
    created_at: number
  }
  alert_tickets: {
    ticket_hash: string
    user_id: number
    session_id: string
    token_expires_at: number | null
    expires_at: number
  }
}
