import { Readable } from 'node:stream'
import { createTransport } from 'nodemailer'
import type { MailRoute } from '../../kit/mail-url.ts'
import type { Mailer, MailOutcome } from './index.ts'
import { toReason } from './reason.ts'

type SmtpRoute = Extract<MailRoute, { kind: 'smtp' }>

/** Below the time after which common servers close an idle connection, so that it is we who close it. */
const IDLE_MS = 20_000
const CONNECT_MS = 15_000
/** Faults that the client finds before it says a word. */
const OURS = ['EENVELOPE', 'EMESSAGE']
/** Where the reply alone would not say what it replied to. */
const BEFORE_THE_MAIL = ['EAUTH', 'ETLS']

/** One mail on its way: what was told of it, and how far it came. */
interface Handover {
  onHandingOver: () => Promise<void>
  message: Readable | null
}

/**
 * SMTP over kept connections. The message is read only after the server has answered DATA, so the stream that it is read from
 * tells how far it came: not read to its end, its closing dot was never sent, and no server can have taken it.
 */
export function createSmtpMailer(route: SmtpRoute): Mailer {
  const transport = createTransport(poolOptions(route))
  const underway = new Map<string, Handover>()

  transport.use('stream', ({ message }, done) => {
    const handover = underway.get(message.messageId())
    const compose = message.createReadStream.bind(message)
    message.createReadStream = (options) => handOver(handover, compose(options))
    done()
  })

  return {
    keeps: false,
    async send({ messageId, from, to, subject, html, text }, onHandingOver) {
      const handover: Handover = { onHandingOver, message: null }
      underway.set(messageId, handover)
      try {
        await transport.sendMail({
          messageId,
          from,
          to: { name: '', address: to },
          subject,
          html,
          text,
          // However the answers trickle in. It begins here and not when a connection is free, but there is one for every sender.
          signal: AbortSignal.timeout(CONNECT_MS + 2 * route.timeoutSeconds * 1000),
        })
        return { state: 'sent' }
      } catch (error) {
        return outcomeOf(error as SmtpError, handover.message?.readableEnded ?? false)
      } finally {
        underway.delete(messageId)
      }
    },
    async close() {
      transport.close()
    },
  }
}

function poolOptions({ host, port, secure, requireTls, login, timeoutSeconds }: SmtpRoute) {
  const silenceMs = timeoutSeconds * 1000
  return {
    pool: true as const,
    host,
    port,
    secure,
    requireTLS: requireTls,
    ...(login === null ? {} : { auth: login }),
    connectionTimeout: Math.min(CONNECT_MS, silenceMs),
    greetingTimeout: Math.min(CONNECT_MS, silenceMs),
    dnsTimeout: Math.min(CONNECT_MS, silenceMs),
    socketTimeout: silenceMs,
    idleTimeout: IDLE_MS,
    // Of what was never begun, on a kept connection that turned out to be closed.
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** Begun once and never again, whatever the client does about a connection that breaks. */
function handOver(handover: Handover | undefined, composed: Readable): Readable {
  const source = Readable.from(once(), { objectMode: false })
  return source

  async function* once(): AsyncGenerator<Buffer> {
    if (handover === undefined || handover.message !== null) throw new Error('The mail was begun before.')
    handover.message = source
    await handover.onHandingOver()
    yield* composed
  }
}

interface SmtpError extends Error {
  code?: string
  /** The server's reply. */
  response?: string
  responseCode?: number
  permanent?: boolean
}

function outcomeOf(error: SmtpError, isHandedOver: boolean): MailOutcome {
  const { code = '', response, responseCode = 0, permanent = false } = error
  if (responseCode >= 400) {
    const words = BEFORE_THE_MAIL.includes(code) ? error.message : (response ?? error.message)
    return { state: permanent ? 'refused' : 'delayed', reason: toReason(words) }
  }
  const reason = toReason(error.message)
  if (isHandedOver) {
    return { state: 'unknown', reason: `It was sent, and no answer came: ${reason}` }
  }
  return { state: OURS.includes(code) ? 'refused' : 'delayed', reason }
}
