import { createOutboxMailer } from './outbox.ts'

export interface OutgoingMail {
  messageId: string
  from: string
  to: string
  subject: string
  html: string
  text: string
}

/** `kept`: stored for reading, sent nowhere. */
export type MailOutcome = 'sent' | 'kept'

export interface Mailer {
  /** Throws when the mail was not taken; the same Message-ID is sent on every try. */
  send(mail: OutgoingMail): Promise<MailOutcome>
  close(): Promise<void>
}

export function openMailer(): Mailer {
  return createOutboxMailer()
}
