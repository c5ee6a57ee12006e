import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface MailTables extends NoTables {
  mails: {
    id: Generated<number>
    user_id: number | null
    template: string
    recipient: string
    subject: string
    html: string
    text: string
    /** `sending`: handed over, not answered yet. `kept`: it was to be read here and sent nowhere. */
    state: 'queued' | 'sending' | 'sent' | 'kept' | 'failed' | 'unknown'
    error: string | null
    message_id: string
    /** What its link opens with, to be blanked in the words; `null` when it has none, or no more. */
    secret: string | null
    /** When the link stops working. */
    secret_until: number | null
    created_at: number
    finished_at: number | null
  }
}
