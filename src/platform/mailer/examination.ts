import type { MailRoute } from '../../kit/mail-url.ts'

type Route<Kind> = Extract<MailRoute, { kind: Kind }>

const ANSWER_MS = 10_000

/** Connects and signs in as a sender would, and sends nothing. Throws what the other side says. */
export async function examineMailRoute(route: MailRoute): Promise<void> {
  if (route.kind === 'smtp') await examineSmtp(route)
  if (route.kind === 'mailgun') await examineMailgun(route)
}

async function examineSmtp({ host, port, secure, requireTls, login }: Route<'smtp'>): Promise<void> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: requireTls,
    ...(login === null ? {} : { auth: login }),
    connectionTimeout: ANSWER_MS,
    greetingTimeout: ANSWER_MS,
    socketTimeout: ANSWER_MS,
    dnsTimeout: ANSWER_MS,
  })
  try {
    await transport.verify()
  } finally {
    transport.close()
  }
}

/** A mail without a recipient: whoever may send is told that there is none. A key that may only send sees nothing else. */
async function examineMailgun({ key, domain, api }: Route<'mailgun'>): Promise<void> {
  const form = new FormData()
  form.set('o:testmode', 'yes')
  const answer = await fetch(`${api}/v3/${domain}/messages`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` },
    body: form,
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  await answer.body?.cancel()
  if (answer.status === 401 || answer.status === 403) throw new Error('it refuses the key')
  if (answer.status === 404) throw new Error('it does not know the domain')
  if (answer.status !== 400) throw new Error(`it answered ${answer.status}`)
}
