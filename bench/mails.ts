import { createTransport } from 'nodemailer'
import { startSmtpServer, type TestSmtpServer } from '../test/support/smtp-server.ts'
import { type Call, caller } from './people.ts'
import { startLoggia } from './server.ts'

const MAILS = Number(process.env['MAILS'] ?? 300)
const REGISTRATIONS = Number(process.env['REGISTRATIONS'] ?? 100)
const IN_FLIGHT = 4
/** As many as Loggia sends at a time. */
const CONNECTIONS = 5
const ADMIN = { username: 'bench', password: 'correct horse battery' }

export async function measureMails(): Promise<void> {
  const sink = await startSmtpServer()
  const calm = await register(sink)
  await sendAgain(sink)
  const silent = await startSmtpServer()
  silent.refusal = { at: 'greeting', by: 'hang' }
  const hanging = await register(silent)
  console.log(`\nregistration (argon2id, welcome mail in its transaction), ${IN_FLIGHT} at a time`)
  console.log(`  mail server answers: p50 ${at(calm, 0.5)} ms   p99 ${at(calm, 0.99)} ms`)
  console.log(`  mail server hangs:   p50 ${at(hanging, 0.5)} ms   p99 ${at(hanging, 0.99)} ms`)
  await Promise.all([sink.close(), silent.close()])
}

/** Every mail once more, from the request to the whole mail at the server; beside nodemailer alone. */
async function sendAgain(sink: TestSmtpServer): Promise<void> {
  const { server, call } = await openMailing(sink)
  try {
    const before = sink.received.length
    await inFlight(MAILS, async (index) => {
      await call('auth/register', 'POST', personOf(index))
    })
    await sink.until(before + MAILS)
    const ids = await idsOf(call)
    const began = performance.now()
    const came = sink.received.length
    await inFlight(ids.length, (index) => call(`mails/${ids[index]}/resend`, 'POST'))
    await sink.until(came + ids.length)
    const perSecond = ids.length / ((performance.now() - began) / 1000)
    const alone = await sendAlone(sink, ids.length)
    console.log('\nmails: asked by POST, claimed, taken by an SMTP server on this machine, noted')
    console.log(
      `  loggia ${perSecond.toFixed(0)}/s   bare nodemailer, ${CONNECTIONS} connections kept ${alone.toFixed(0)}/s   ratio ${(perSecond / alone).toFixed(2)}`,
    )
  } finally {
    await server.stop()
  }
}

async function sendAlone(sink: TestSmtpServer, count: number): Promise<number> {
  const transport = createTransport({
    host: '127.0.0.1',
    port: sink.port,
    pool: true,
    maxConnections: CONNECTIONS,
    maxMessages: Number.POSITIVE_INFINITY,
  })
  const raw = sink.received.at(-1)?.raw ?? ''
  const began = performance.now()
  const envelope = { from: 'bench@example.org', to: 'somebody@example.org' }
  await Promise.all(Array.from({ length: count }, () => transport.sendMail({ envelope, raw })))
  const perSecond = count / ((performance.now() - began) / 1000)
  transport.close()
  return perSecond
}

/** How long each registration took, in milliseconds. */
async function register(mailServer: TestSmtpServer): Promise<number[]> {
  const { server, call } = await openMailing(mailServer)
  const tookMs: number[] = []
  await inFlight(REGISTRATIONS, async (index) => {
    const began = performance.now()
    await call('auth/register', 'POST', personOf(index))
    tookMs.push(performance.now() - began)
  })
  await server.stop()
  return tookMs.sort((a, b) => a - b)
}

async function openMailing(mailServer: TestSmtpServer) {
  const server = await startLoggia({
    ADMIN_USERNAME: ADMIN.username,
    ADMIN_PASSWORD: ADMIN.password,
    MAIL_URL: `smtp://127.0.0.1:${mailServer.port}`,
  })
  const signedIn = await caller(server.address, '')('auth/login', 'POST', ADMIN)
  const { access_token } = (await signedIn.json()) as { access_token: string }
  return { server, call: caller(server.address, access_token) }
}

function personOf(index: number) {
  const email = `person${index}@example.org`
  return { username: `person${index}`, password: ADMIN.password, email }
}

/** Those of the mails that were sent, once all are noted. */
async function idsOf(call: Call): Promise<number[]> {
  for (;;) {
    const ids: number[] = []
    for (let cursor: string | null = ''; cursor !== null; ) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = await call(`mails?state=sent&limit=100${after}`)
      const { items, next_cursor } = (await page.json()) as {
        items: { id: number }[]
        next_cursor: string | null
      }
      ids.push(...items.map(({ id }) => id))
      cursor = next_cursor
    }
    if (ids.length === MAILS) return ids
  }
}

async function inFlight(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let begun = 0
  async function lane(): Promise<void> {
    while (begun < count) {
      begun += 1
      await work(begun - 1)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
}

function at(sorted: number[], share: number): string {
  return (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(0)
}
