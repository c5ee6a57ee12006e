import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { linkToken, mailsTo } from '../support/mails.ts'

/** A request that has its effect when it is sent. */
interface Effect {
  path: string
  body?: unknown
  /** A body that is not JSON. */
  bytes?: Buffer<ArrayBuffer>
  token?: string
  /** Of a body that is not JSON. */
  type?: string
}

const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE']
/** Their effect ends the right to ask again, so a repeat is a 401. */
const END_THE_TOKEN = ['POST /api/v1/auth/logout', 'POST /api/v1/auth/logout-all']
const PASSWORD = 'another battery staple'
const SETTINGS = { max_deliveries: 1, lease_seconds: 60, ttl_seconds: null }
/** One red pixel. */
const PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
)
const STATS = { session_count: 1, victory_count: 1, loss_count: 0, total_time: 5 }

suite('a repeat of every effect', () => {
  let loggia: TestLoggia
  let admin: Person
  let made = 0

  before(async () => {
    loggia = await startLoggia()
    admin = await loggia.registerAdmin('root')
  })
  after(() => loggia.close())

  const call = (method: string, path: string, body?: unknown, token: string | undefined = admin.token) =>
    loggia.call(method, `/api/v1/${path}`, {
      ...(token ? { token } : {}),
      ...(body === undefined ? {} : { body }),
    })
  const make = async (path: string, body: unknown) => (await call('POST', path, body)).body
  const name = () => `name${++made}`

  const newTask = () => make('tasks', { text: name() })
  const newStore = () => make('stores', { name: name() })
  const newTag = async () => {
    const store = await newStore()
    return { store, tag: await make(`stores/${store.id}/tags`, { name: name() }) }
  }
  const newItem = async (storeId?: number) =>
    make('items', { name: name(), price_minor: 1, store_id: storeId ?? (await newStore()).id })
  const newTagAndItem = async () => {
    const { store, tag } = await newTag()
    return `items/${(await newItem(store.id)).id}/tags/${tag.id}`
  }
  const newQueue = async () => {
    const queue = name()
    await call('PUT', `queues/${queue}`, SETTINGS)
    return `queues/${queue}`
  }
  const newMessage = async () => {
    const queue = await newQueue()
    await make(`${queue}/messages`, { body: { n: 1 } })
    return queue
  }
  const newLease = async () => {
    const queue = await newMessage()
    const { messages } = await make(`${queue}/receive`, {})
    return { queue, id: messages[0].id, receipts: [messages[0].receipt] }
  }
  const newDead = async () => {
    const { queue, id, receipts } = await newLease()
    await make(`${queue}/nack`, { receipts })
    return { queue, id }
  }
  const mailFor = async (username: string) =>
    (await mailsTo(loggia, admin.token, `${username}@example.com`))[0]
  const newcomer = async () => {
    const username = name()
    return loggia.register(username, { email: `${username}@example.com` })
  }
  const lease = async (action: string, more: object = {}): Promise<Effect> => {
    const { queue, receipts } = await newLease()
    return { path: `${queue}/${action}`, body: { receipts, ...more } }
  }

  const EFFECTS: Record<string, () => Promise<Effect>> = {
    'POST auth/register': async () => ({
      path: 'auth/register',
      body: { username: name(), password: PASSWORD },
      token: '',
    }),
    'POST auth/login': async () => {
      const { username, password } = await newcomer()
      return { path: 'auth/login', body: { username, password }, token: '' }
    },
    'POST auth/email/verify': async () => {
      const { username } = await newcomer()
      return {
        path: 'auth/email/verify',
        body: { token: linkToken(await mailFor(username), 'verify') },
        token: '',
      }
    },
    'POST auth/email/verification': async () => ({
      path: 'auth/email/verification',
      token: (await newcomer()).token,
    }),
    'DELETE auth/sessions/:id': async () => {
      const { username, password } = await newcomer()
      const { token } = await loggia.signIn(username, password)
      const { items } = (await call('GET', 'auth/sessions', undefined, token)).body
      const { id } = items.find(({ current }: { current: boolean }) => !current)
      return { path: `auth/sessions/${id}`, token }
    },
    'PUT auth/password': async () => {
      const { token, password } = await newcomer()
      return { path: 'auth/password', body: { current_password: password, new_password: PASSWORD }, token }
    },
    'POST auth/password/forgot': async () => ({
      path: 'auth/password/forgot',
      body: { email: `${(await newcomer()).username}@example.com` },
      token: '',
    }),
    'POST auth/password/reset': async () => {
      const { username } = await newcomer()
      await call('POST', 'auth/password/forgot', { email: `${username}@example.com` })
      const token = linkToken(await mailFor(username), 'reset')
      return { path: 'auth/password/reset', body: { token, new_password: PASSWORD }, token: '' }
    },
    'POST auth/keys': async () => ({ path: 'auth/keys', body: { name: name(), scopes: ['queue:push'] } }),
    'DELETE auth/keys/:id': async () => {
      const { id } = await make('auth/keys', { name: name(), scopes: ['queue:push'] })
      return { path: `auth/keys/${id}` }
    },

    'PATCH users/:id': async () => ({ path: `users/${(await newcomer()).id}`, body: { gender: 'f' } }),
    'PUT users/:id': async () => ({ path: `users/${(await newcomer()).id}`, body: { username: name() } }),
    'DELETE users/:id': async () => ({ path: `users/${(await newcomer()).id}` }),
    'PUT users/:id/picture': async () => ({ path: `users/${(await newcomer()).id}/picture`, bytes: PICTURE }),
    'DELETE users/:id/picture': async () => {
      const path = `users/${(await newcomer()).id}/picture`
      await fetch(`${loggia.address}/api/v1/${path}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'image/png' },
        body: PICTURE,
      })
      return { path }
    },
    'PATCH users/:id/stats': async () => ({
      path: `users/${(await newcomer()).id}/stats`,
      body: { loss_count: 3 },
    }),
    'PUT users/:id/stats': async () => ({ path: `users/${(await newcomer()).id}/stats`, body: STATS }),
    'POST users/:id/stats/increments': async () => ({
      path: `users/${(await newcomer()).id}/stats/increments`,
      body: { loss_count: 3 },
    }),
    'POST users/:id/pdf': async () => ({ path: `users/${admin.id}/pdf` }),
    'POST documents': async () => ({ path: 'documents', body: { template: 'tasks', subject_id: admin.id } }),
    'POST mails/:id/resend': async () => {
      const { username } = await newcomer()
      return { path: `mails/${(await mailFor(username))?.id}/resend` }
    },

    'POST tasks': async () => ({ path: 'tasks', body: { text: name() } }),
    'POST tasks/batch': async () => ({
      path: 'tasks/batch',
      body: { create: [{ text: name() }], complete: [(await newTask()).id] },
    }),
    'PUT tasks/:id': async () => ({ path: `tasks/${(await newTask()).id}`, body: { text: name() } }),
    'PATCH tasks/:id': async () => ({ path: `tasks/${(await newTask()).id}`, body: { done: true } }),
    'DELETE tasks/:id': async () => ({ path: `tasks/${(await newTask()).id}` }),

    'POST stores': async () => ({ path: 'stores', body: { name: name() } }),
    'PATCH stores/:id': async () => ({ path: `stores/${(await newStore()).id}`, body: { currency: 'USD' } }),
    'DELETE stores/:id': async () => ({ path: `stores/${(await newStore()).id}` }),
    'POST stores/:id/tags': async () => ({
      path: `stores/${(await newStore()).id}/tags`,
      body: { name: name() },
    }),
    'POST stores/:id/items/import': async () => ({
      path: `stores/${(await newStore()).id}/items/import`,
      body: 'external_id,name,price\nA1,Chair,19.99\n',
      type: 'text/csv',
    }),
    'PATCH tags/:id': async () => ({ path: `tags/${(await newTag()).tag.id}`, body: { name: name() } }),
    'DELETE tags/:id': async () => ({ path: `tags/${(await newTag()).tag.id}` }),
    'POST items': async () => ({
      path: 'items',
      body: { name: name(), price_minor: 5, store_id: (await newStore()).id },
    }),
    'PUT items/:id': async () => ({
      path: `items/${(await newItem()).id}`,
      body: { name: name(), price_minor: 6 },
    }),
    'PATCH items/:id': async () => ({ path: `items/${(await newItem()).id}`, body: { price_minor: 7 } }),
    'DELETE items/:id': async () => ({ path: `items/${(await newItem()).id}` }),
    'PUT items/:id/tags/:tag_id': async () => ({ path: await newTagAndItem() }),
    'DELETE items/:id/tags/:tag_id': async () => {
      const path = await newTagAndItem()
      await call('PUT', path)
      return { path }
    },

    'PUT queues/:name': async () => ({ path: `queues/${name()}`, body: SETTINGS }),
    'DELETE queues/:name': async () => ({ path: await newQueue() }),
    'POST queues/:name/messages': async () => ({ path: `${await newQueue()}/messages`, body: { body: 1 } }),
    'POST queues/:name/receive': async () => ({ path: `${await newMessage()}/receive`, body: {} }),
    'POST queues/:name/pop': async () => ({ path: `${await newMessage()}/pop` }),
    'POST queues/:name/ack': () => lease('ack'),
    'POST queues/:name/nack': () => lease('nack', { reason: 'broken' }),
    'POST queues/:name/extend': () => lease('extend', { lease_seconds: 90 }),
    'PATCH queues/:name/messages/:id': async () => {
      const { queue, id } = await newDead()
      return { path: `${queue}/messages/${id}`, body: { body: { n: 2 } } }
    },
    'POST queues/:name/redrive': async () => ({ path: `${(await newDead()).queue}/redrive`, body: {} }),
    'POST queues/:name/purge': async () => {
      const queue = await newMessage()
      return { path: `${queue}/purge`, body: { name: queue.split('/')[1] } }
    },

    'POST detections': async () => ({
      path: 'detections',
      body: { year: 2020, make: 'Kia', model: 'Rio', category: 'Sedan' },
    }),
    'POST alert-rules': async () => ({ path: 'alert-rules', body: { name: name(), make: 'Kia' } }),
    'PATCH alert-rules/:id': async () => ({
      path: `alert-rules/${(await make('alert-rules', { name: name(), make: 'Kia' })).id}`,
      body: { enabled: false },
    }),
    'POST webhooks': async () => ({ path: 'webhooks', body: { url: 'https://example.org/hook' } }),
    'DELETE webhooks/:id': async () => ({
      path: `webhooks/${(await make('webhooks', { url: 'https://example.org/hook' })).id}`,
    }),
    'DELETE alert-rules/:id': async () => ({
      path: `alert-rules/${(await make('alert-rules', { name: name(), make: 'Kia' })).id}`,
    }),
  }

  async function bytesOf(
    method: string,
    { path, body, bytes, type, token = admin.token }: Effect,
    key: string,
  ) {
    const answer = await fetch(`${loggia.address}/api/v1/${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...(bytes === undefined ? {} : { 'content-type': 'image/png' }),
        'idempotency-key': key,
      },
      ...(body === undefined ? {} : { body: type ? String(body) : JSON.stringify(body) }),
      ...(bytes === undefined ? {} : { body: bytes }),
    })
    const told = ['content-type', 'content-length', 'location', 'etag', 'cache-control'].map((header) => [
      header,
      answer.headers.get(header),
    ])
    const replayed = answer.headers.get('idempotency-replayed')
    return {
      shown: { status: answer.status, ...Object.fromEntries(told), text: await answer.text() },
      replayed,
    }
  }

  for (const [route, prepare] of Object.entries(EFFECTS)) {
    test(`${route} is answered byte for byte as at first`, async () => {
      const effect = await prepare()
      const method = String(route.split(' ')[0])
      const [first, second] = [await bytesOf(method, effect, route), await bytesOf(method, effect, route)]
      assert.ok(first.shown.status < 300, JSON.stringify(first.shown))
      assert.deepEqual(second.shown, first.shown)
      assert.deepEqual([first.replayed, second.replayed], [null, 'true'])
    })
  }

  test('the first administrator is made once by a repeated request', async () => {
    const empty = await startLoggia()
    const body = { token: await empty.loggia.registration.setupToken(), username: 'root', password: PASSWORD }
    const headers = { 'idempotency-key': 'setup' }
    const setup = () => empty.call('POST', '/api/v1/auth/setup', { body, headers })
    const [first, second] = [await setup(), await setup()]
    await empty.close()
    assert.equal(first.status, 201)
    assert.deepEqual(second.body, first.body)
  })

  test('no effect is left out here', () => {
    const known = [...Object.keys(EFFECTS).map((route) => route.replace(' ', ' /api/v1/')), ...END_THE_TOKEN]
    const missing = loggia.loggia.routes
      .filter(({ method, config }) => METHODS.includes(String(method)) && config?.idempotent !== false)
      .map(({ method, url }) => `${method} ${url}`)
      .filter((route) => !known.includes(route) && route !== 'POST /api/v1/auth/setup')
    assert.deepEqual(missing, [])
  })
})
