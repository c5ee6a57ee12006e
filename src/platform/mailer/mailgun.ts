import type { MailRoute } from '../../kit/mail-url.ts'
import type { Mailer, MailOutcome, OutgoingMail } from './index.ts'
import { toReason } from './reason.ts'

type MailgunRoute = Extract<MailRoute, { kind: 'mailgun' }>

/** Of an answer that is no success; the rest of a page of HTML says nothing more. */
const WORDS_BYTES_MAX = 4_096
/** How a connection fails before there is one. After any other failure the request may have been read. */
const NEVER_CONNECTED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_|ERR_TLS_|ERR_SSL_|CERT_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/

/** https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages */
export function createMailgunMailer({ key, domain, api, timeoutSeconds }: MailgunRoute): Mailer {
  const url = `${api}/v3/${domain}/messages`
  const authorization = `Basic ${Buffer.from(`api:${key}`).toString('base64')}`
  return {
    keeps: false,
    async send(mail, onHandingOver) {
      try {
        await onHandingOver()
      } catch (error) {
        return { state: 'delayed', reason: toReason((error as Error).message) }
      }
      try {
        const answer = await fetch(url, {
          method: 'POST',
          headers: { authorization },
          body: formOf(mail),
          // The key goes nowhere else.
          redirect: 'manual',
          signal: AbortSignal.timeout(timeoutSeconds * 1000),
        })
        return await outcomeOf(answer)
      } catch (error) {
        return outcomeOfFailure(error as Error)
      }
    },
    async close() {},
  }
}

function formOf({ messageId, from, to, subject, html, text }: OutgoingMail): FormData {
  const form = new FormData()
  // Its click tracking would lead the links, and the secrets in them, through its own servers.
  const fields = { from, to, subject, html, text, 'h:Message-Id': messageId, 'o:tracking': 'no' }
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

async function outcomeOf(answer: Response): Promise<MailOutcome> {
  const { status } = answer
  if (status >= 200 && status < 300) {
    await answer.body?.cancel().catch(() => {})
    return { state: 'sent' }
  }
  const mayPass = status >= 500 || status === 429 || status === 408
  const reason = toReason(`${status} ${await wordsOf(answer)}`)
  return { state: mayPass ? 'delayed' : 'refused', reason }
}

/** Whatever becomes of its body, the answer stands. */
async function wordsOf(answer: Response): Promise<string> {
  const text = await startOf(answer).catch(() => '')
  try {
    return String(JSON.parse(text).message ?? text)
  } catch {
    return text || answer.statusText
  }
}

async function startOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= WORDS_BYTES_MAX) break
  }
  return Buffer.concat(chunks).subarray(0, WORDS_BYTES_MAX).toString()
}

function outcomeOfFailure(error: Error): MailOutcome {
  const { code = '', message } = Object(error.cause ?? error) as { code?: string | number; message?: string }
  const reason = toReason(message || String(code) || error.message)
  return NEVER_CONNECTED.test(String(code))
    ? { state: 'delayed', reason }
    : { state: 'unknown', reason: `It was sent, and no answer came: ${reason}` }
}
