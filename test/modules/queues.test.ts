import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('queues', () => {
  let loggia: TestLoggia
  let admin: Person
  let now = Date.parse('2026-01-01T00:00:00Z')

  before(async () => {
    loggia = await startLoggia({ ACCESS_TOKEN_TTL: '30d' }, { clock: () => now })
    admin = await loggia.registerAdmin('admin')
  })
  after(() => loggia.close())

  const path = (name: string, rest = '') => `/api/v1/queues/${name}${rest}`
  const post = (name: string, rest: string, body?: unknown) => {
    return loggia.call('POST', path(name, rest), { token: admin.token, body })
  }
  const push = (name: string, ...bodies: unknown[]) => {
    return post(name, '/messages', { messages: bodies.map((body) => ({ body })) })
  }
  const bodiesOf = (answer: { body: { messages: { body: unknown }[] } }) =>
    answer.body.messages.map(({ body }) => body)

  test('what is pushed is received in order, leased, and gone once acknowledged', async () => {
    const pushed = await push('fifo', 'a', { b: 1 }, null)
    assert.equal(pushed.status, 201)
    assert.equal(pushed.body.ids.length, 3)

    const received = await post('fifo', '/receive', { max: 2, lease_seconds: 60 })
    assert.deepEqual(bodiesOf(received), ['a', { b: 1 }])
    assert.deepEqual(bodiesOf(await post('fifo', '/receive', { max: 5 })), [null])

    const receipts = received.body.messages.map(({ receipt }: { receipt: string }) => receipt)
    assert.deepEqual((await post('fifo', '/ack', { receipts })).body, { done: 2, stale: [] })
    assert.deepEqual((await post('fifo', '/ack', { receipts })).body, { done: 0, stale: receipts })
  })

  test('a message whose lease ran out comes back first, and its old receipt is stale', async () => {
    await push('lease', 'first', 'second')
    const taken = await post('lease', '/receive', { lease_seconds: 30 })
    now += 31_000
    assert.deepEqual(bodiesOf(await post('lease', '/receive', { max: 2 })), ['first', 'second'])
    const { receipt } = taken.body.messages[0]
    assert.deepEqual(
      (await post('lease', '/extend', { receipts: [receipt], lease_seconds: 60 })).body.stale,
      [receipt],
    )
  })

  test('an extended lease outlasts its first end', async () => {
    await push('extend', 'long')
    const { receipt } = (await post('extend', '/receive', { lease_seconds: 30 })).body.messages[0]
    await post('extend', '/extend', { receipts: [receipt], lease_seconds: 120 })
    now += 60_000
    assert.deepEqual(bodiesOf(await post('extend', '/receive', {})), [])
    assert.equal((await post('extend', '/ack', { receipts: [receipt] })).body.done, 1)
  })

  test('a delayed message waits for its time', async () => {
    await post('delay', '/messages', { body: 'later', delay_seconds: 10 })
    assert.deepEqual(bodiesOf(await post('delay', '/receive', {})), [])
    now += 10_000
    assert.deepEqual(bodiesOf(await post('delay', '/receive', {})), ['later'])
  })

  test('a message that nobody received in its time to live is forgotten', async () => {
    await post('ttl', '/messages', { body: 'stale', ttl_seconds: 5 })
    now += 6_000
    assert.deepEqual(bodiesOf(await post('ttl', '/receive', {})), [])
    assert.equal((await loggia.call('GET', path('ttl'), { token: admin.token })).body.waiting, 0)
  })

  test('housekeeping clears away what nobody will receive', async () => {
    await post('kept', '/messages', { body: 'stale', ttl_seconds: 5, dedup_id: 'a' })
    now += 6_000
    await loggia.loggia.purge()
    assert.deepEqual((await post('kept', '/purge', { name: 'kept' })).body, { purged: 0 })
  })

  test('two pushes with one dedup id are one message', async () => {
    const first = await post('dedup', '/messages', { body: 1, dedup_id: 'order-1' })
    const second = await post('dedup', '/messages', { body: 1, dedup_id: 'order-1' })
    assert.deepEqual(second.body.ids, first.body.ids)
    assert.equal((await loggia.call('GET', path('dedup'), { token: admin.token })).body.waiting, 1)
  })

  test('a push repeated with its Idempotency-Key is one message', async () => {
    const call = { token: admin.token, body: { body: 'once' }, headers: { 'idempotency-key': 'push-1' } }
    const first = await loggia.call('POST', path('keyed', '/messages'), call)
    const again = await loggia.call('POST', path('keyed', '/messages'), call)
    assert.deepEqual(again.body, first.body)
    assert.equal((await loggia.call('GET', path('keyed'), { token: admin.token })).body.waiting, 1)
  })

  test('a message given back too often is dead with its reason, can be mended, and goes again', async () => {
    const settings = { max_deliveries: 2, lease_seconds: 30, ttl_seconds: null }
    await loggia.call('PUT', path('dead'), { token: admin.token, body: settings })
    await push('dead', { amount: 'twelve' })
    for (let delivery = 0; delivery < 2; delivery += 1) {
      const { receipt } = (await post('dead', '/receive', {})).body.messages[0]
      await post('dead', '/nack', { receipts: [receipt], reason: 'amount is no number' })
    }
    assert.deepEqual(bodiesOf(await post('dead', '/receive', {})), [])
    const dead = await loggia.call('GET', path('dead', '/messages?state=dead&q=twelve'), {
      token: admin.token,
    })
    assert.equal(dead.body.items[0].reason, 'amount is no number')
    assert.equal(dead.body.items[0].deliveries, 2)

    const { id } = dead.body.items[0]
    const mended = { token: admin.token, body: { body: { amount: 12 } } }
    assert.equal((await loggia.call('PATCH', path('dead', `/messages/${id}`), mended)).status, 200)
    assert.deepEqual((await post('dead', '/redrive', {})).body, { redriven: 1 })
    assert.deepEqual(bodiesOf(await post('dead', '/receive', {})), [{ amount: 12 }])
  })

  test('pop takes one for good, and is empty-handed with 204', async () => {
    await push('pop', 'only')
    assert.equal((await post('pop', '/pop')).body.body, 'only')
    assert.equal((await post('pop', '/pop')).status, 204)
  })

  test('a waiting receive is woken by a push', async () => {
    await push('poll', 'warm-up')
    await post('poll', '/pop')
    const waiting = post('poll', '/receive', { wait_seconds: 20 })
    await push('poll', 'hello')
    assert.deepEqual(bodiesOf(await waiting), ['hello'])
  })

  test('a queue says what lies in it and what went through it', async () => {
    await push('counts', 1, 2, 3)
    await post('counts', '/messages', { body: 4, delay_seconds: 100 })
    const { receipt } = (await post('counts', '/receive', {})).body.messages[0]
    await post('counts', '/ack', { receipts: [receipt] })
    await post('counts', '/receive', {})
    now += 5_000
    const { body } = await loggia.call('GET', path('counts'), { token: admin.token })
    assert.deepEqual([body.waiting, body.leased, body.delayed, body.dead], [1, 1, 1, 0])
    assert.equal(body.oldest_age_seconds, 5)
    await loggia.loggia.flush()
    const history = await loggia.call('GET', path('counts', '/history?by=hour'), { token: admin.token })
    assert.deepEqual(
      history.body.items.map(({ pushed, acked }: { pushed: number; acked: number }) => [pushed, acked]),
      [[4, 1]],
    )
    for (const [from, rows] of [
      [history.body.items[0].at, 1],
      [new Date(Date.parse(history.body.items[0].at) + 1).toISOString(), 0],
    ] as const) {
      const since = await loggia.call('GET', path('counts', `/history?by=hour&from=${from}`), {
        token: admin.token,
      })
      assert.equal(since.body.items.length, rows)
    }
  })

  test('queues are listed by name, a page at a time', async () => {
    for (const name of ['page-b', 'page-a', 'Page']) await push(name, 1)
    const list = (query: string) => loggia.call('GET', `/api/v1/queues${query}`, { token: admin.token })
    const names: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await list(`?limit=2${cursor}`)
      assert.ok(body.items.length <= 2)
      names.push(...body.items.map(({ name }: { name: string }) => name))
      if (body.next_cursor === null) break
      cursor = `&cursor=${body.next_cursor}`
    }
    assert.deepEqual(names, [...names].sort())
    const { body } = await list('')
    assert.deepEqual(
      body.items.map(({ name }: { name: string }) => name),
      names,
    )
    assert.ok(names.includes('page-a') && names[0] === 'Page')
  })

  test('purge asks for the name again, and delete takes the queue along', async () => {
    await push('purge', 1, 2)
    assert.equal((await post('purge', '/purge', { name: 'other' })).status, 422)
    assert.deepEqual((await post('purge', '/purge', { name: 'purge' })).body, { purged: 2 })
    assert.equal((await loggia.call('DELETE', path('purge'), { token: admin.token })).status, 204)
    assert.equal((await loggia.call('GET', path('purge'), { token: admin.token })).status, 404)
  })

  test('a receipt of another queue settles nothing', async () => {
    await push('mine', 1)
    await push('yours', 1)
    const { receipt } = (await post('mine', '/receive', {})).body.messages[0]
    assert.deepEqual((await post('yours', '/ack', { receipts: [receipt] })).body.stale, [receipt])
    assert.equal((await post('mine', '/ack', { receipts: [receipt] })).body.done, 1)
  })

  const refusals: [string, string, string, unknown, number][] = [
    ['an unknown queue', 'POST', path('nobody', '/receive'), {}, 404],
    ['a name with a path in it', 'POST', '/api/v1/queues/..%2Fetc/messages', { body: 1 }, 422],
    ['a name of 101 characters', 'POST', path('a'.repeat(101), '/messages'), { body: 1 }, 414],
    ['101 messages', 'POST', path('x', '/messages'), { messages: Array(101).fill({ body: 1 }) }, 422],
    ['no messages', 'POST', path('x', '/messages'), { messages: [] }, 422],
    ['a message without a body', 'POST', path('x', '/messages'), { delay_seconds: 1 }, 422],
    ['a negative delay', 'POST', path('x', '/messages'), { body: 1, delay_seconds: -1 }, 422],
    ['a lease of nothing', 'POST', path('fifo', '/receive'), { lease_seconds: 0 }, 422],
    ['a lease of a year', 'POST', path('fifo', '/receive'), { lease_seconds: 31_536_000 }, 422],
    ['a wait of a minute', 'POST', path('fifo', '/receive'), { wait_seconds: 60 }, 422],
    ['an unknown member', 'POST', path('fifo', '/receive'), { limit: 1 }, 422],
    ['receipts that are no list', 'POST', path('fifo', '/ack'), { receipts: 'x' }, 422],
    ['a message that is not dead', 'PATCH', path('fifo', '/messages/1'), { body: 1 }, 404],
  ]
  for (const [what, method, address, body, status] of refusals) {
    test(`refuses ${what}`, async () => {
      assert.equal((await loggia.call(method, address, { token: admin.token, body })).status, status)
    })
  }

  test('is for administrators and for keys with the scope, each for its own half', async () => {
    const user = await loggia.register('user')
    assert.equal(
      (await loggia.call('POST', path('fifo', '/messages'), { token: user.token, body: { body: 1 } })).status,
      403,
    )
    const made = await loggia.call('POST', '/api/v1/auth/keys', {
      token: admin.token,
      body: { name: 'pusher', scopes: ['queue:push'] },
    })
    const token = made.body.key
    assert.equal(
      (await loggia.call('POST', path('fifo', '/messages'), { token, body: { body: 1 } })).status,
      201,
    )
    assert.equal((await loggia.call('POST', path('fifo', '/receive'), { token, body: {} })).status, 403)
    assert.equal((await loggia.call('GET', path('fifo'), { token })).status, 403)
  })

  test('a key for one queue opens that one only', async () => {
    const body = { name: 'orders only', scopes: ['queue:push:orders', 'queue:receive:orders'] }
    const made = await loggia.call('POST', '/api/v1/auth/keys', { token: admin.token, body })
    const token = made.body.key
    assert.equal(
      (await loggia.call('POST', path('orders', '/messages'), { token, body: { body: 1 } })).status,
      201,
    )
    assert.equal((await loggia.call('POST', path('orders', '/pop'), { token })).body.body, 1)
    assert.equal(
      (await loggia.call('POST', path('orders2', '/messages'), { token, body: { body: 1 } })).status,
      403,
    )
    for (const scope of ['queue:push:*', 'queue:push:', 'queue:push:a:b', 'queue:push:../x', 'queue:*']) {
      const refused = await loggia.call('POST', '/api/v1/auth/keys', {
        token: admin.token,
        body: { name: 'x', scopes: [scope] },
      })
      assert.equal(refused.status, 422, scope)
    }
  })
})

/** A server with an empty queue `idle`, which tells when somebody has come to receive. */
async function startIdle() {
  const begun = Promise.withResolvers<void>()
  const loggia = await startLoggia({}, { routes: (app) => app.addHook('preHandler', noteReceive) })
  function noteReceive(request: { url: string }, _reply: unknown, done: () => void): void {
    if (request.url.endsWith('/receive')) begun.resolve()
    done()
  }
  const { token } = await loggia.registerAdmin('admin')
  const post = (rest: string, body?: unknown) =>
    loggia.call('POST', `/api/v1/queues/idle${rest}`, { token, body })
  await post('/messages', { body: 1 })
  await post('/pop')
  return { loggia, token, post, begun: begun.promise }
}

test('a receive that waits is let go when the server stops', async () => {
  const { loggia, post, begun } = await startIdle()
  const waiting = post('/receive', { wait_seconds: 20 })
  await begun
  await loggia.close()
  assert.deepEqual((await waiting).body, { messages: [] })
})

test('whoever hangs up while waiting takes no message along', async () => {
  const { loggia, token, post, begun } = await startIdle()
  const hangingUp = new AbortController()
  const waiting = fetch(`${loggia.address}/api/v1/queues/idle/receive`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{"wait_seconds":20}',
    signal: hangingUp.signal,
  })
  await begun
  hangingUp.abort()
  await assert.rejects(waiting)
  await post('/messages', { body: 'for the living' })
  const { messages } = (await post('/receive', { wait_seconds: 10 })).body
  await loggia.close()
  assert.deepEqual(
    messages.map(({ body, deliveries }: { body: unknown; deliveries: number }) => [body, deliveries]),
    [['for the living', 1]],
  )
})
