import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Answer, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'
import { openConnection } from '../support/raw.ts'

suite('Idempotency-Key', () => {
  let loggia: TestLoggia
  let ana: Person
  let admin: Person
  let keys = 0

  before(async () => {
    loggia = await startLoggia()
    admin = await loggia.registerAdmin('root')
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  const newKey = () => `key-${++keys}`

  function send(key: string, body: unknown, { method = 'POST', path = '/api/v1/tasks', by = ana } = {}) {
    const call = { token: by.token, headers: { 'idempotency-key': key } }
    return loggia.call(method, path, body === undefined ? call : { ...call, body })
  }

  async function textsOf({ token }: Person): Promise<string[]> {
    const { body } = await loggia.call('GET', '/api/v1/tasks?limit=100', { token })
    return body.items.map(({ text }: { text: string }) => text)
  }

  const isReplay = ({ headers }: Answer) => headers.get('idempotency-replayed') === 'true'

  test('a repeat is answered as the first was, and makes nothing', async () => {
    const key = newKey()
    const [first, second] = [await send(key, { text: 'once' }), await send(key, { text: 'once' })]
    assert.deepEqual([first.status, second.status], [201, 201])
    assert.deepEqual(second.body, first.body)
    assert.equal(second.headers.get('location'), first.headers.get('location'))
    assert.deepEqual([isReplay(first), isReplay(second)], [false, true])
    assert.deepEqual(await textsOf(ana), ['once'])
  })

  for (const [what, request] of [
    ['another body', { body: { text: 'two' } }],
    ['another path', { body: { text: 'one' }, path: '/api/v1/tasks?' }],
    ['another method', { body: { text: 'one' }, method: 'PUT', path: '/api/v1/tasks/1' }],
  ] as const) {
    test(`the same key with ${what} is a 422`, async () => {
      const key = newKey()
      await send(key, { text: 'one' })
      const { body, ...rest } = request
      assertProblem(await send(key, body, rest), 422, 'idempotency_key_reused')
    })
  }

  test('a repeat while the first is in progress is a 409, and afterwards is answered', async () => {
    const path = '/api/v1/queues/slow/receive'
    await loggia.call('PUT', '/api/v1/queues/slow', {
      token: admin.token,
      body: { max_deliveries: 5, lease_seconds: 60, ttl_seconds: null },
    })
    const key = newKey()
    const both = [1, 2].map(() => send(key, { wait_seconds: 20 }, { path, by: admin }))
    assertProblem(await Promise.race(both), 409, 'idempotency_in_progress')
    await send(newKey(), { body: 'at last' }, { path: '/api/v1/queues/slow/messages', by: admin })
    const [first] = (await Promise.all(both)).filter(({ status }) => status === 200)
    assert.equal(first?.body.messages[0].body, 'at last')
    const repeat = await send(key, { wait_seconds: 20 }, { path, by: admin })
    assert.deepEqual(repeat.body, first?.body)
  })

  test('of many at once exactly one has an effect, and no answer differs', async () => {
    const carl = await loggia.register('carl')
    const key = newKey()
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => send(key, { text: 'once' }, { by: carl })),
    )
    const made = answers.filter(({ status }) => status === 201)
    assert.ok(made.length >= 1)
    assert.deepEqual(new Set(made.map(({ body }) => body.id)).size, 1)
    for (const refused of answers.filter(({ status }) => status !== 201))
      assertProblem(refused, 409, 'idempotency_in_progress')
    assert.deepEqual(await textsOf(carl), ['once'])
  })

  test("another caller's same key is a key of its own", async () => {
    const ben = await loggia.register('ben')
    const key = newKey()
    const mine = await send(key, { text: 'mine' })
    const theirs = await send(key, { text: 'mine' }, { by: ben })
    assert.equal(theirs.status, 201)
    assert.ok(!isReplay(theirs))
    assert.notEqual(theirs.body.id, mine.body.id)
    const anonymous = { body: { username: 'dora', password: 'correct horse' } }
    const registered = await loggia.call('POST', '/api/v1/auth/register', {
      ...anonymous,
      headers: { 'idempotency-key': key },
    })
    assert.equal(registered.status, 201)
  })

  test('what was refused as invalid goes through with the same key once it is corrected', async () => {
    const key = newKey()
    assertProblem(await send(key, { text: '' }), 422, 'validation_failed')
    assert.equal((await send(key, { text: 'better' })).status, 201)
  })

  test('what was refused by a conflict goes through with the same key once it is corrected', async () => {
    const path = '/api/v1/stores'
    await send(newKey(), { name: 'Corner' }, { path })
    const key = newKey()
    assertProblem(await send(key, { name: 'Corner' }, { path }), 409, 'store_name_taken')
    const made = await send(key, { name: 'Another' }, { path })
    assert.equal(made.status, 201)
    assert.ok(!isReplay(made))
  })

  test('what was refused by If-Match goes through with the same key once it is read again', async () => {
    const { body: task } = await send(newKey(), { text: 'one' })
    const path = `/api/v1/tasks/${task.id}`
    const headers = { 'idempotency-key': newKey() }
    const change = (ifMatch: string) =>
      loggia.call('PATCH', path, {
        token: ana.token,
        body: { text: 'two' },
        headers: { ...headers, 'if-match': ifMatch },
      })
    assertProblem(await change('"stale"'), 412, 'precondition_failed')
    const { headers: read } = await loggia.call('GET', path, { token: ana.token })
    assert.equal((await change(String(read.get('etag')))).status, 200)
  })

  test('what was not found stays not found', async () => {
    for (const path of ['/api/v1/tasks/999', '/api/v1/auth/keys/999', '/api/v1/auth/sessions/none']) {
      const key = newKey()
      for (const _ of ['first', 'repeat'])
        assert.equal((await send(key, undefined, { method: 'DELETE', path })).status, 404, path)
    }
  })

  test('a 204 is answered again as a 204, though the record is gone', async () => {
    const { headers } = await send(newKey(), { text: 'gone' })
    const key = newKey()
    const remove = () => send(key, undefined, { method: 'DELETE', path: String(headers.get('location')) })
    const [first, second] = [await remove(), await remove()]
    assert.deepEqual([first.status, first.body], [204, ''])
    assert.deepEqual([second.status, second.body, isReplay(second)], [204, '', true])
  })

  test('the tag in a repeated answer is good for the next change', async () => {
    const path = `/api/v1/users/${ana.id}`
    const key = newKey()
    const change = () => send(key, { gender: 'f' }, { method: 'PATCH', path })
    const [first, second] = [await change(), await change()]
    assert.equal(second.headers.get('etag'), first.headers.get('etag'))
    const headers = { 'if-match': String(second.headers.get('etag')) }
    const next = await loggia.call('PATCH', path, { token: ana.token, headers, body: { gender: null } })
    assert.equal(next.status, 200)
  })

  test('a status that the effect decided is answered again', async () => {
    const vehicle = { year: 2020, make: 'Kia', model: 'Rio', category: 'Sedan', source_id: 'cam-1' }
    const path = '/api/v1/detections'
    await send(newKey(), vehicle, { path })
    const key = newKey()
    const statuses = [await send(key, vehicle, { path }), await send(key, vehicle, { path })]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 200],
    )
  })

  for (const [length, status] of [
    [0, 400],
    [1, 201],
    [255, 201],
    [256, 400],
  ] as const) {
    test(`a key of ${length} characters: ${status}`, async () => {
      const answer = await send('k'.repeat(length), { text: 'x' })
      assert.equal(answer.status, status)
      if (status === 400) assertProblem(answer, 400, 'idempotency_key_malformed')
    })
  }

  test('reading pays no attention to a key', async () => {
    const key = newKey()
    await send(key, { text: 'x' })
    const read = await send(key, undefined, { method: 'GET' })
    assert.equal(read.status, 200)
    assert.ok(!isReplay(read))
  })

  test('who hangs up and tries again has one effect a key', async () => {
    const eve = await loggia.register('eve')
    for (let round = 0; round < 25; round += 1) {
      const body = JSON.stringify({ text: `round ${round}` })
      const connection = await openConnection(loggia.address)
      const head = [
        'POST /api/v1/tasks HTTP/1.1',
        'Host: loggia',
        `Authorization: Bearer ${eve.token}`,
        'Content-Type: application/json',
        `Idempotency-Key: round-${round}`,
        `Content-Length: ${body.length}`,
      ]
      connection.socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => connection.socket.destroy())
      let answer: Answer
      do answer = await send(`round-${round}`, { text: `round ${round}` }, { by: eve })
      while (answer.status === 409)
      assert.equal(answer.status, 201)
    }
    assert.equal((await textsOf(eve)).length, 25)
  })
})
