import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface AlertTables extends NoTables {
  alert_rules: {
    id: Generated<number>
    name: string
    category_contains: string | null
    /** `ANY_MAKE` where the table asks for a condition and only years are one. */
    make: string | null
    year_min: number | null
    year_max: number | null
    cooldown_seconds: Generated<number>
    enabled: Generated<number>
    created_at: number
    /** Set: it is gone, and its row stands only until its last alert has been removed. */
    deleted_at: number | null
  }
  /** When a rule last alerted of a model. Not bound to the rule: one just deleted elsewhere must not fail a detection. */
  alert_cooldowns: { rule_id: number; make_key: string; model_key: string; alerted_at: number }
  /** The one row that numbers alerts. */
  alert_counter: { last_id: number }
  alerts: {
    id: number
    /** Its row may be that of a rule which is gone: then nobody is told. */
    rule_id: number | null
    /** The rule's name at that time. */
    rule: string
    detection_id: number
    /** JSON text: an alert tells what was seen, so the stream is one table in the order of its ids. */
    detection: string
    created_at: number
    make_key: string
  }
  alert_tickets: {
    ticket_hash: string
    user_id: number
    session_id: string
    token_expires_at: number | null
    expires_at: number
  }
  webhooks: {
    id: Generated<number>
    url: string
    /** As it is given out: `whsec_` and base64. */
    secret: string
    /** `null`: alerts of every rule. */
    rule_id: number | null
    /** The last alert before it was made. */
    after_alert_id: number
    last_alert_id: number | null
    last_at: number | null
    /** What it answered; `null` when it did not. */
    last_status: number | null
    /** `null`: it was delivered. */
    last_error: string | null
    created_at: number
  }
}
