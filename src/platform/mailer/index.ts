import type { MailRoute } from '../../kit/mail-url.ts'
import { faultOf } from './headers.ts'
import { createOutboxMailer } from './outbox.ts'

export interface OutgoingMail {
  messageId: string
  /** `Name <address>` or an address. */
  from: string
  /** One bare address. */
  to: string
  subject: string
  html: string
  text: string
}

/**
 * - `sent`: the mail server has it. `kept`: it is to be read here and goes nowhere.
 * - `delayed`: it was not taken, and may be later. `refused`: it will never be taken as it is.
 * - `unknown`: all of it was handed over and no answer came, so it may have been taken. To send it again is a person's choice.
 *
 * `reason`: in the server's own words, where it had any; one line.
 */
export type MailOutcome =
  | { state: 'sent' | 'kept' }
  | { state: 'delayed' | 'refused' | 'unknown'; reason: string }

export interface Mailer {
  /** Mails stay here, and reading them here is the only way to get at what they say. */
  readonly keeps: boolean
  /**
   * One attempt, bounded in time, never repeated from within. Resolves whatever the server did.
   * `onHandingOver` is awaited before the first byte that could make the server take the mail; when it throws, none is sent.
   */
  send(mail: OutgoingMail, onHandingOver: () => Promise<void>): Promise<MailOutcome>
  close(): Promise<void>
}

export function openMailer(route: MailRoute): Mailer {
  const transport = transportOf(route)
  return {
    ...transport,
    async send(mail, onHandingOver) {
      const fault = faultOf(mail)
      return fault === null ? transport.send(mail, onHandingOver) : { state: 'refused', reason: fault }
    },
  }
}

function transportOf(route: MailRoute): Mailer {
  switch (route.kind) {
    case 'outbox':
      return createOutboxMailer()
    case 'smtp':
      return whenNeeded(async () => (await import('./smtp.ts')).createSmtpMailer(route))
    case 'mailgun':
      return whenNeeded(async () => (await import('./mailgun.ts')).createMailgunMailer(route))
  }
}

/** A process that sends no mail loads no client. */
function whenNeeded(load: () => Promise<Mailer>): Mailer {
  let loading: Promise<Mailer> | undefined
  return {
    keeps: false,
    async send(mail, onHandingOver) {
      loading ??= load()
      return (await loading).send(mail, onHandingOver)
    },
    async close() {
      await (await loading)?.close()
    },
  }
}

export { examineMailRoute } from './examination.ts'
