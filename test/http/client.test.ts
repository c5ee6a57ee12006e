import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { createClient, Problem } from '../../client/src/index.ts'
import { clientOf } from '../support/client.ts'
import { withDeadline } from '../support/event-stream.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'

async function withLoggia(settings: Record<string, string>, use: (loggia: TestLoggia) => Promise<void>) {
  const loggia = await startLoggia(settings)
  try {
    await use(loggia)
  } finally {
    await loggia.close()
  }
}

/** Carries the first such request out, and loses its answer. */
function losingFirst(path: string): typeof fetch {
  let isLost = false
  return async (url, init) => {
    const answer = await fetch(url, init)
    if (isLost || !String(url).endsWith(path)) return answer
    isLost = true
    throw new TypeError('fetch failed')
  }
}

suite('the client', () => {
  test('repeats a write whose answer was lost, which is carried out once', () =>
    withLoggia({}, async ({ address }) => {
      const { client, timesAsked } = await clientOf(address, 'ada', { fetch: losingFirst('/tasks') })
      const task = await client.call('POST /api/v1/tasks', { body: { text: 'Once' } })
      const tasks = await Array.fromAsync(client.items('GET /api/v1/tasks'))
      assert.equal(timesAsked('POST /api/v1/tasks'), 2)
      assert.deepEqual(tasks, [task])
    }))

  test('does not repeat a write without a key', () =>
    withLoggia({}, async ({ address }) => {
      const { client, timesAsked } = await clientOf(address, 'bea', { fetch: losingFirst('/tasks') })
      const made = client.call('POST /api/v1/tasks', { body: { text: 'Once' }, idempotencyKey: null })
      await assert.rejects(made, TypeError)
      assert.equal(timesAsked('POST /api/v1/tasks'), 1)
    }))

  test('stays signed in when the answer to a renewal is lost', () =>
    withLoggia({}, async ({ address }) => {
      const { client, tokens, timesAsked } = await clientOf(address, 'cleo', {
        fetch: losingFirst('/auth/refresh'),
      })
      await client.begin({ ...tokens, access_token: `${tokens.access_token}x` })
      const me = await client.call('GET /api/v1/users/me')
      assert.equal(me.username, 'cleo')
      assert.equal(timesAsked('POST /api/v1/auth/refresh'), 2)
    }))

  test('comes back when a server that is asked too much says it may', () =>
    withLoggia({ RATE_LIMIT: '5/s' }, async ({ address }) => {
      const { client } = await clientOf(address, 'dora')
      const create = (n: number) => client.call('POST /api/v1/tasks', { body: { text: `Task ${n}` } })
      const made = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(create))
      assert.equal(new Set(made.map(({ id }) => id)).size, 8)
    }))

  test('does not wait for a server that wants to be left alone for long', () =>
    withLoggia({ RATE_LIMIT: '2/h' }, async ({ address }) => {
      const { client, timesAsked } = await clientOf(address, 'eva')
      const lists = [1, 2, 3].map(() => client.call('GET /api/v1/tasks'))
      const problem = await Promise.all(lists).catch((error) => error)
      assert.ok(problem instanceof Problem)
      assert.equal(problem.code, 'rate_limited')
      assert.ok(Number(problem.retryAfterMs) > 30_000)
      assert.equal(timesAsked('GET /api/v1/tasks'), 3)
    }))

  test('throws a refusal with its code, its places and the id of the request', () =>
    withLoggia({}, async ({ address }) => {
      const { client } = await clientOf(address, 'flo')
      const problem = await client.call('POST /api/v1/tasks', { body: { text: '' } }).catch((error) => error)
      assert.ok(problem instanceof Problem)
      assert.deepEqual([problem.status, problem.code], [422, 'validation_failed'])
      assert.equal(problem.errors[0]?.pointer, '/text')
      assert.match(String(problem.requestId), /./)
      await assert.rejects(client.call('GET /api/v1/tasks/{id}', { params: { id: 99 } }), { status: 404 })
    }))

  test('renews no token for want of a fresh one', () =>
    withLoggia({}, async ({ address }) => {
      const { client, tokens, timesAsked } = await clientOf(address, 'gus')
      await client.begin({ ...tokens, access_token: `${tokens.access_token}x` })
      await client.call('GET /api/v1/users/me')
      const change = { current_password: 'x', new_password: 'another long one' }
      const changed = client.call('PUT /api/v1/auth/password', { body: change })
      await assert.rejects(changed, { code: 'fresh_token_required' })
      assert.equal(timesAsked('POST /api/v1/auth/refresh'), 1)
    }))

  test('pages through what comes while it pages', () =>
    withLoggia({}, async ({ address }) => {
      const { client } = await clientOf(address, 'hal')
      const create = Array.from({ length: 7 }, (_, n) => ({ text: `${n}` }))
      await client.call('POST /api/v1/tasks/batch', { body: { create } })
      const sizes: number[] = []
      for await (const { items } of client.pages('GET /api/v1/tasks', { query: { limit: 3 } })) {
        sizes.push(items.length)
        await client.call('POST /api/v1/tasks', { body: { text: 'meanwhile' } })
      }
      assert.deepEqual(sizes, [3, 3, 1])
    }))

  test('gives text as text and a file as its bytes', () =>
    withLoggia({}, async ({ address, drain }) => {
      const { client } = await clientOf(address, 'ida')
      const { id } = await client.call('GET /api/v1/users/me')
      const body = { template: 'profile' as const, subject_id: id }
      const document = await client.call('POST /api/v1/documents', { body })
      await drain()
      const pdf = await client.call('GET /api/v1/documents/{id}/file', { params: { id: document.id } })
      const csv = await client.call('GET /api/v1/tasks/export.csv')
      assert.match(await pdf.text(), /^%PDF-/)
      assert.match(csv, /^id,/)
    }))

  test('stops at once when it is told to, waiting for a message or for an alert', () =>
    withLoggia({}, async (loggia) => {
      const { token } = await loggia.registerAdmin('root')
      const client = createClient({ address: loggia.address, apiKey: token })
      const hangUp = new AbortController()
      const { signal } = hangUp
      const params = { name: 'empty' }
      const settings = { max_deliveries: 5, lease_seconds: 30, ttl_seconds: null }
      await client.call('PUT /api/v1/queues/{name}', { params, body: settings })
      const received = client.call('POST /api/v1/queues/{name}/receive', {
        params,
        body: { wait_seconds: 20 },
        signal,
      })
      const onState = () => hangUp.abort()
      const alert = client.stream('/api/v1/alerts', { signal, onState }).next()
      await Promise.all(
        [received, alert].map((waiting) =>
          withDeadline('the end', assert.rejects(waiting, { name: 'AbortError' })),
        ),
      )
    }))

  test('shows the gap when the server has another history than the one that was followed', () =>
    withLoggia({}, async ({ address }) => {
      const { client } = await clientOf(address, 'jan')
      const stream = client.stream('/api/v1/alerts', { lastEventId: '7' })
      const { value } = await withDeadline('the gap', stream.next())
      await stream.return(undefined as never)
      assert.deepEqual(value, { event: 'gap', id: '0', data: { from: 1, to: 7 } })
    }))

  test('opens no stream again that it may not open', () =>
    withLoggia({}, async ({ address }) => {
      const stream = createClient({ address }).stream('/api/v1/alerts')
      await assert.rejects(stream.next(), { code: 'credentials_missing' })
    }))
})
