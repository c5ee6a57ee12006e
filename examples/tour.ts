import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readAlerts } from './tour/alerts.ts'
import { createWalk } from './tour/walk.ts'

/**
 * Walks once through every arch of a running server. The first argument is the setup link that the server printed, or
 * ADMIN_USERNAME and ADMIN_PASSWORD are those that it was started with.
 */
const link = process.argv[2] === undefined ? null : new URL(process.argv[2])
const address = link?.origin ?? process.env['LOGGIA_URL'] ?? 'http://127.0.0.1:8080'
const walk = createWalk(address)
const suffix = randomBytes(3).toString('hex')
const heading = (text: string) => console.log(`\n\n## ${text}`)

heading('Is it there?')
await walk('GET', '/readyz')

const admin = await administrator()
const ada = await people()
await tasks(ada.token)
await catalogue(ada.token)
await queues(admin)
await alerts(ada.token)
await documents(ada)
await mail(admin)
await goodbye(ada)
console.log('\n\nThat was every arch once. The reference of all routes is at', `${address}/docs`)

async function administrator(): Promise<string> {
  heading('The first administrator')
  const { ADMIN_USERNAME: username, ADMIN_PASSWORD: password } = process.env
  if (link !== null) {
    const body = {
      token: link.searchParams.get('token'),
      username: 'admin',
      password: randomBytes(12).toString('base64url'),
    }
    const made = await walk('POST', '/api/v1/auth/setup', { body })
    console.log(`\nKeep this: you can sign in as "admin" with the password ${body.password}`)
    return made.body.access_token
  }
  if (username === undefined || password === undefined) {
    console.error(
      'Give the setup link that the server printed: npm run tour -- "<link>"\nor set ADMIN_USERNAME and ADMIN_PASSWORD.',
    )
    process.exit(64)
  }
  return (await walk('POST', '/api/v1/auth/login', { body: { username, password } })).body.access_token
}

async function people() {
  heading('Accounts: register, sign in, who am I')
  const newcomer = {
    username: `ada-${suffix}`,
    password: 'correct horse battery',
    email: `ada-${suffix}@example.org`,
  }
  await walk('POST', '/api/v1/auth/register', { body: newcomer })
  const { username, password } = newcomer
  const signedIn = await walk('POST', '/api/v1/auth/login', { body: { username, password } })
  const { access_token: token, refresh_token: refreshToken, user } = signedIn.body
  await walk('GET', '/api/v1/users/me', { token })
  await walk('PATCH', `/api/v1/users/${user.id}/stats`, {
    token,
    body: { session_count: 12, victory_count: 8, loss_count: 4, total_time: 5000 },
  })
  return { id: user.id as number, username, token: token as string, refreshToken: refreshToken as string }
}

async function tasks(token: string): Promise<void> {
  heading('Tasks: made once, even when asked twice; read again for nothing')
  const once = {
    token,
    body: { text: 'Water the plants' },
    headers: { 'idempotency-key': `plants-${suffix}` },
  }
  await walk('POST', '/api/v1/tasks', once)
  await walk('POST', '/api/v1/tasks', once)
  const list = await walk('GET', '/api/v1/tasks', { token })
  const seen = { 'if-none-match': String(list.headers.get('etag')) }
  await walk('GET', '/api/v1/tasks', { token, headers: seen, expect: [304] })
}

async function catalogue(token: string): Promise<void> {
  heading('Catalogue: a store, an item, a tag')
  const store = await walk('POST', '/api/v1/stores', {
    token,
    body: { name: `Garden ${suffix}`, currency: 'EUR' },
  })
  const chair = { name: 'Chair', price_minor: 1799, store_id: store.body.id }
  const item = await walk('POST', '/api/v1/items', { token, body: chair })
  const tag = await walk('POST', `/api/v1/stores/${store.body.id}/tags`, {
    token,
    body: { name: 'furniture' },
  })
  await walk('PUT', `/api/v1/items/${item.body.id}/tags/${tag.body.id}`, { token })
  await walk('GET', `/api/v1/stores/${store.body.id}`, { token })
}

async function queues(admin: string): Promise<void> {
  heading('Queues: a device pushes with an API key, a worker receives and acknowledges')
  const scopes = ['queue:push', 'queue:receive']
  const device = await walk('POST', '/api/v1/auth/keys', {
    token: admin,
    body: { name: `device-${suffix}`, scopes },
  })
  const token = device.body.key as string
  const queue = `/api/v1/queues/orders-${suffix}`
  await walk('POST', `${queue}/messages`, {
    token,
    body: { messages: [{ body: { order: 1 } }, { body: { order: 2 } }] },
  })
  const received = await walk('POST', `${queue}/receive`, { token, body: { max: 1, lease_seconds: 30 } })
  await walk('POST', `${queue}/ack`, { token, body: { receipts: [received.body.messages[0].receipt] } })
  await walk('POST', `${queue}/pop`, { token })
}

async function alerts(token: string): Promise<void> {
  heading('Detections and alerts: live, and again after a lost connection')
  const seen = { year: 2011, make: 'Toyota', model: 'Land Cruiser', category: 'SUV, SUSPICIOUS_VEHICLE' }
  const detect = (n: number) =>
    walk('POST', '/api/v1/detections', { token, body: { ...seen, source_id: `tour-${suffix}-${n}` } })
  const [first] = await readAlerts(address, { token, wanted: 1, onOpen: () => detect(1) })
  console.log('\nThe connection is gone; meanwhile:')
  await detect(2)
  await readAlerts(address, { token, wanted: 1, lastEventId: first?.id ?? '' })
}

async function documents({ id, token }: { id: number; token: string }): Promise<void> {
  heading('Documents: ask, wait, open')
  const asked = await walk('POST', '/api/v1/documents', {
    token,
    body: { template: 'profile', subject_id: id },
  })
  const path = String(asked.headers.get('location'))
  let document = await walk('GET', path, { token })
  while (document.body.state === 'queued' || document.body.state === 'running') {
    await pause(200)
    document = await walk('GET', path, { token })
  }
  const file = await walk('GET', document.body.url, { token })
  const saved = join(tmpdir(), `loggia-profile-${suffix}.pdf`)
  await writeFile(saved, file.body)
  console.log(`   saved as ${saved}`)
}

async function mail(admin: string): Promise<void> {
  heading('Mail: the welcome lies in the outbox')
  const mails = await walk('GET', '/api/v1/mails?limit=1', { token: admin })
  await walk('GET', `/api/v1/mails/${mails.body.items[0].id}`, { token: admin })
}

async function goodbye({ token, refreshToken }: { token: string; refreshToken: string }): Promise<void> {
  heading('Refresh, sign out; then the token is worth nothing')
  await walk('POST', '/api/v1/auth/refresh', { body: { refresh_token: refreshToken } })
  await walk('POST', '/api/v1/auth/logout', { token })
  await walk('GET', '/api/v1/users/me', { token, expect: [401] })
}
