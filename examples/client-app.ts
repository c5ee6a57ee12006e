import { randomBytes } from 'node:crypto'
import { createClient } from '../client/src/index.ts'

/**
 * A small program that uses a running server through the client. LOGGIA_URL says where, ADMIN_USERNAME and ADMIN_PASSWORD
 * are an administrator's, who makes the key of a device. The server may be restarted at any time.
 */
const {
  LOGGIA_URL: address = 'http://127.0.0.1:8080',
  ADMIN_USERNAME = '',
  ADMIN_PASSWORD = '',
} = process.env
const TASKS = 25
const ALERTS = 6
const suffix = randomBytes(3).toString('hex')
const client = createClient({ address, retries: 8 })

await register()
await pageThroughTasks()
await passMessages()
await followAlerts()
await client.signOut()
console.log('signed out')

async function register(): Promise<void> {
  const body = { username: `ada-${suffix}`, password: randomBytes(12).toString('base64url') }
  const registered = await client.call('POST /api/v1/auth/register', { body })
  await client.begin(registered)
  console.log(`registered ${registered.user.username}`)
}

async function pageThroughTasks(): Promise<void> {
  const create = Array.from({ length: TASKS }, (_, n) => ({ text: `Plant tree ${n + 1}` }))
  await client.call('POST /api/v1/tasks/batch', { body: { create } })
  let pages = 0
  let tasks = 0
  for await (const page of client.pages('GET /api/v1/tasks', { query: { limit: 10 } })) {
    pages += 1
    tasks += page.items.length
  }
  console.log(`${tasks} tasks on ${pages} pages`)
}

async function passMessages(): Promise<void> {
  const admin = createClient({ address })
  await admin.signIn({ username: ADMIN_USERNAME, password: ADMIN_PASSWORD })
  const scopes = ['queue:push', 'queue:receive']
  const { key } = await admin.call('POST /api/v1/auth/keys', { body: { name: `device-${suffix}`, scopes } })
  await admin.signOut()

  const device = createClient({ address, apiKey: key })
  const params = { name: `orders-${suffix}` }
  await device.call('POST /api/v1/queues/{name}/messages', {
    params,
    body: { messages: [{ body: { order: 1 } }, { body: { order: 2 } }] },
  })
  const { messages } = await device.call('POST /api/v1/queues/{name}/receive', { params, body: { max: 10 } })
  const receipts = messages.map(({ receipt }) => receipt)
  const { done } = await device.call('POST /api/v1/queues/{name}/ack', { params, body: { receipts } })
  console.log(`received and acknowledged ${done} messages`)
}

/** Reports one vehicle when the stream stands, and the next when its alert is there. */
async function followAlerts(): Promise<void> {
  let seen = 0
  let isBegun = false
  function onState(state: 'open' | 'lost'): void {
    console.log(`stream ${state}`)
    if (state === 'open' && !isBegun) void report(1)
    isBegun = true
  }
  for await (const { event, data } of client.stream('/api/v1/alerts', { onState })) {
    if (event === 'gap') throw new Error(`Alerts ${data.from} to ${data.to} are lost.`)
    seen += 1
    console.log(`alert ${seen}: ${data.detection.make} ${data.detection.model}`)
    if (seen === ALERTS) return
    void report(seen + 1)
  }
}

async function report(n: number): Promise<void> {
  const body = { year: 2011, make: 'Toyota', model: `Number ${n}`, category: 'SUSPICIOUS_VEHICLE' }
  await client.call('POST /api/v1/detections', { body })
}
