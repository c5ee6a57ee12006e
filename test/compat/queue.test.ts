import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { type Call, PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('the queue API of others', () => {
  let loggia: TestLoggia
  let token: string
  const time = movableClock()

  const call = (method: string, path: string, more: Call = {}) =>
    loggia.call(method, `/compat/queue/api${path}`, { token, ...more })
  const login = (body: unknown) => call('POST', '/login', { body })
  const count = async () => (await call('GET', '/queue/count')).body.count as number

  before(async () => {
    loggia = await startLoggia({}, { clock: time.clock })
    await loggia.registerAdmin('jefecito')
    await loggia.register('kafka')
  })
  beforeEach(async () => {
    token = (await login({ username: 'jefecito', password: PASSWORD })).body.token
    await loggia.call('POST', '/api/v1/queues/queue/purge', { token, body: { name: 'queue' } })
  })
  after(() => loggia.close())

  test('signing in gives a token of two days', async () => {
    const { status, body } = await login({ username: 'jefecito', password: PASSWORD })
    const claims = JSON.parse(Buffer.from(body.token.split('.')[1], 'base64url').toString())
    assert.equal(status, 200)
    assert.equal(body.Status, 'Successfully Auth')
    assert.equal(body.token.split('.').length, 3)
    assert.equal(claims.exp - claims.iat, 172_800)
    assert.equal(claims.username, 'jefecito')
  })

  for (const [who, body, status, message] of [
    ['somebody unknown', { username: 'Kafka2', password: PASSWORD }, 404, 'User not found'],
    ['somebody who is no administrator', { username: 'kafka', password: PASSWORD }, 404, 'User not found'],
    ['a wrong password', { username: 'jefecito', password: 'wrong password' }, 404, 'User not found'],
    ['no password', { username: 'jefecito' }, 404, 'User not found'],
    ['claims of their own', { username: 'kafka', role: 'admin', exp: 9e9 }, 404, 'User not found'],
    ['no username', { name: 321 }, 400, 'Invalid user data'],
    ['a number for a username', { username: 42 }, 400, 'Invalid user data'],
    ['a list', [], 400, 'Invalid user data'],
    ['a bare text', '"jefecito"', 400, 'Invalid user data'],
  ] as const) {
    test(`signing in with ${who} is ${status}`, async () => {
      const answer = await login(body)
      assert.equal(answer.status, status)
      assert.deepEqual(answer.body, { message })
    })
  }

  test('ping is answered to everybody', async () => {
    const { status, headers, body } = await loggia.call('GET', '/compat/queue/api/ping')
    assert.equal(status, 200)
    assert.match(headers.get('content-type') ?? '', /^text\/html/)
    assert.equal(body, 'pong')
  })

  test('a token says whose it is and until when', async () => {
    const { status, body } = await call('GET', '/verify/token')
    assert.equal(status, 200)
    assert.equal(body.username, 'jefecito')
    assert.ok(Number.isInteger(body.exp))
  })

  for (const path of ['/verify/token', '/queue/ping_redis', '/queue/pop', '/queue/count']) {
    for (const [what, headers] of [
      ['no header', { authorization: '' }],
      ['one word', { authorization: 'Bearer' }],
      ['a forged token', { authorization: 'Bearer token_fail' }],
      ['another word', { authorization: 'Banana x.y.z' }],
    ] as const) {
      test(`GET ${path} with ${what} is 401`, async () => {
        const { status, body } = await loggia.call('GET', `/compat/queue/api${path}`, { headers })
        assert.equal(status, 401)
        assert.deepEqual(body, { message: 'Invalid Token' })
      })
    }
  }

  test('a token that ran out is told so', async () => {
    const old = token
    time.advance(172_801)
    const { status, body } = await call('GET', '/queue/count', { token: old })
    assert.equal(status, 401)
    assert.deepEqual(body, { message: 'Token Expired' })
  })

  test('the token of somebody who is no administrator is refused', async () => {
    const kafka = await loggia.signIn('kafka', PASSWORD)
    const { status, body } = await call('GET', '/queue/count', { token: kafka.token })
    assert.equal(status, 403)
    assert.equal(typeof body.message, 'string')
  })

  test('the engine answers', async () => {
    const { status, body } = await call('GET', '/queue/ping_redis')
    assert.equal(status, 200)
    assert.deepEqual(body, { Connection: 'OK' })
  })

  test('an empty queue has nothing to pop and counts none', async () => {
    const popped = await call('GET', '/queue/pop')
    const counted = await call('GET', '/queue/count')
    assert.equal(popped.status, 400)
    assert.deepEqual(popped.body, { message: 'Queue is empty' })
    assert.deepEqual([counted.status, counted.body], [200, { count: 0, status: 'ok' }])
  })

  test('the same text twice is two messages', async () => {
    for (const msg of ['Boa Noite', 'Boa Noite']) {
      const { status, body } = await call('POST', '/queue/push', { body: { msg } })
      assert.deepEqual([status, body], [200, { status: 'ok' }])
    }
    const first = await call('GET', '/queue/pop')
    const left = await count()
    await call('GET', '/queue/pop')
    assert.deepEqual([first.status, first.body], [200, { status: 'ok', message: 'Boa Noite' }])
    assert.deepEqual([left, await count()], [1, 0])
  })

  test('what was pushed first is popped first', async () => {
    await call('POST', '/queue/push', { body: { msg: 'a' } })
    await call('POST', '/queue/push', { body: { msg: '' } })
    const popped = [await call('GET', '/queue/pop'), await call('GET', '/queue/pop')]
    assert.deepEqual(
      popped.map(({ body }) => body.message),
      ['a', ''],
    )
  })

  test('the same message again is sent whole, whatever the client has seen before', async () => {
    for (const msg of ['again', 'again']) await call('POST', '/queue/push', { body: { msg } })
    const first = await call('GET', '/queue/pop')
    const etag = first.headers.get('etag') ?? '*'
    const second = await call('GET', '/queue/pop', { headers: { 'if-none-match': etag } })
    assert.equal(first.headers.get('cache-control'), 'no-store')
    assert.deepEqual([second.status, second.body], [200, { status: 'ok', message: 'again' }])
  })

  test('looking with HEAD takes no message', async () => {
    await call('POST', '/queue/push', { body: { msg: 'a' } })
    const { status } = await call('HEAD', '/queue/pop')
    assert.equal(status, 405)
    assert.equal(await count(), 1)
  })

  test('JSON that is sent as text is read', async () => {
    const { status } = await call('POST', '/queue/push', {
      body: '{"msg": "chau"}',
      headers: { 'content-type': 'text/plain' },
    })
    assert.equal(status, 200)
    assert.equal(await count(), 1)
  })

  for (const [what, body, message] of [
    ['that is not UTF-8', new Uint8Array([...Buffer.from('{"msg":"'), 0xff, ...Buffer.from('"}')]), /UTF-8/],
    ['that nests too deep', `${'['.repeat(100)}${']'.repeat(100)}`, /nests deeper/],
    ['that would poison prototypes', '{"__proto__": {"msg": "x"}}', /not valid JSON/],
    ['that is empty', '', /^invalid message input$/],
  ] as const) {
    test(`text ${what} is refused as JSON would be`, async () => {
      const answer = await fetch(`${loggia.address}/compat/queue/api/queue/push`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'text/plain' },
        body,
      })
      assert.equal(answer.status, 400)
      assert.match(((await answer.json()) as { message: string }).message, message)
      assert.equal(await count(), 0)
    })
  }

  for (const body of [{ msg: 15 }, { msg: null }, { planes: 'P51' }, [], '"text"', '7']) {
    test(`pushing ${JSON.stringify(body)} is 400`, async () => {
      const answer = await call('POST', '/queue/push', { body })
      assert.equal(answer.status, 400)
      assert.deepEqual(answer.body, { message: 'invalid message input' })
      assert.equal(await count(), 0)
    })
  }

  for (const [what, method, path, body, status] of [
    ['malformed JSON', 'POST', '/queue/push', '{', 400],
    ['no body', 'POST', '/queue/push', undefined, 400],
    ['an address that is none', 'GET', '/queue/nothing', undefined, 404],
    ['a slash at the end', 'GET', '/queue/count/', undefined, 404],
    ['a method that is none', 'DELETE', '/queue/count', undefined, 405],
  ] as const) {
    test(`${what} is ${status}, told as JSON`, async () => {
      const answer = await call(method, path, { body })
      assert.equal(answer.status, status)
      assert.equal(typeof answer.body.message, 'string')
    })
  }

  test('COMPAT=off removes it', async () => {
    const without = await startLoggia({ COMPAT: 'off' })
    const { status } = await without.call('GET', '/compat/queue/api/ping')
    await without.close()
    assert.equal(status, 404)
  })
})
