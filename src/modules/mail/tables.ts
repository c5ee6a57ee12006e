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
    /** `kept`: it was to be read here and sent nowhere. */
    state: 'queued' | 'sent' | 'kept' | 'failed'
    error: string | null
    message_id: string
    created_at: number
    finished_at: number | null
  }
}
