import { isIP } from 'node:net'
import { duration, httpUrl } from './parse.ts'

/** Where mail goes, as `MAIL_URL` says it. `timeoutSeconds`: how long the other side may be silent. */
export type MailRoute =
  | { kind: 'outbox' }
  | {
      kind: 'smtp'
      host: string
      port: number
      /** TLS from the first byte. */
      secure: boolean
      /** Nothing is said in the clear: the server must offer STARTTLS. */
      requireTls: boolean
      login: { user: string; pass: string } | null
      timeoutSeconds: number
    }
  | { kind: 'mailgun'; key: string; domain: string; api: string; timeoutSeconds: number }

const MAILGUN = { us: 'https://api.mailgun.net', eu: 'https://api.eu.mailgun.net' }
const FORMS = 'outbox:, smtp://user:password@host:port, smtps://... or mailgun://key@domain'

/** Reader of one setting's text. It holds a password, so no fault repeats any of it. */
export function mailUrl(text: string): MailRoute {
  const url = URL.parse(text)
  switch (url?.protocol) {
    case 'outbox:':
      return { kind: 'outbox' }
    case 'smtp:':
    case 'smtps:':
      return smtpRoute(url)
    case 'mailgun:':
      return mailgunRoute(url)
    default:
      throw new Error(`must be ${FORMS}.`)
  }
}

function smtpRoute(url: URL): MailRoute {
  const options = optionsOf(url, ['timeout'])
  const host = decoded(url.hostname).replace(/^\[(.*)\]$/, '$1')
  if (host === '') throw new Error('must name the host of the mail server.')
  const secure = url.protocol === 'smtps:'
  const [user, pass] = [decoded(url.username), decoded(url.password)]
  if ((user === '') !== (pass === '')) throw new Error('must have both a user and a password, or neither.')
  const login = user === '' ? null : { user, pass }
  return {
    kind: 'smtp',
    host,
    port: Number(url.port || (secure ? 465 : 587)),
    secure,
    requireTls: login !== null && !secure && !isThisMachine(host),
    login,
    timeoutSeconds: timeoutOf(options),
  }
}

function mailgunRoute(url: URL): MailRoute {
  const { region = 'us', api, ...options } = optionsOf(url, ['timeout', 'region', 'api'])
  const [key, domain] = [decoded(url.username), url.hostname]
  if (key === '' || url.password !== '') throw new Error('must be mailgun://key@domain.')
  if (!/^[\w-]+(\.[\w-]+)+$/.test(domain)) throw new Error('must name the sending domain after the @.')
  if (region !== 'us' && region !== 'eu') throw new Error('must have region=us or region=eu.')
  const base = api === undefined ? MAILGUN[region] : httpUrl(api)
  return { kind: 'mailgun', key, domain, api: base, timeoutSeconds: timeoutOf(options) }
}

function optionsOf(url: URL, known: string[]): Record<string, string> {
  const options = Object.fromEntries(url.searchParams)
  if (Object.keys(options).some((name) => !known.includes(name)) || !['', '/'].includes(url.pathname)) {
    throw new Error(`may end with nothing but ?${known.map((name) => `${name}=...`).join('&')}.`)
  }
  return options
}

/** A mail server may look long at what it was sent before it answers, and giving up early leaves an outcome unknown. */
function timeoutOf({ timeout = '60s' }: Record<string, string>): number {
  return duration(timeout)
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('has a % that is not followed by two hexadecimal digits; write %25 for the sign itself.')
  }
}
