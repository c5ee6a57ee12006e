import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'

suite('conditional requests', () => {
  let loggia: TestLoggia
  let ana: Person

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  const call = (method: string, path: string, headers: Record<string, string> = {}, body?: unknown) =>
    loggia.call(method, path, { token: ana.token, headers, ...(body === undefined ? {} : { body }) })

  async function makeTask(): Promise<{ path: string; etag: string }> {
    const made = await call('POST', '/api/v1/tasks', {}, { text: 'Water the plants' })
    const path = String(made.headers.get('location'))
    return { path, etag: String((await call('GET', path)).headers.get('etag')) }
  }

  const IF_NONE_MATCH: [string, (etag: string) => string, number][] = [
    ['its tag', (etag) => etag, 304],
    ['its tag among others', (etag) => `"a", ${etag} ,"b"`, 304],
    ['its tag as a weak one', (etag) => `W/${etag}`, 304],
    ['*', () => '*', 304],
    ['another tag', () => '"a"', 200],
    ['its tag without quotes', (etag) => etag.slice(1, -1), 200],
    ['its tag cut short', (etag) => `${etag.slice(0, -2)}"`, 200],
  ]
  for (const [what, headerFor, status] of IF_NONE_MATCH) {
    test(`If-None-Match with ${what}: ${status}, for one record, a list, and HEAD`, async () => {
      const { path } = await makeTask()
      for (const [method, address] of [
        ['GET', path],
        ['HEAD', path],
        ['GET', '/api/v1/tasks?limit=1'],
        ['GET', '/livez'],
      ] as const) {
        const etag = String((await call(method, address)).headers.get('etag'))
        const answer = await call(method, address, { 'if-none-match': headerFor(etag) })
        assert.equal(answer.status, status, address)
        assert.equal(answer.headers.get('etag'), etag)
        assert.equal(answer.headers.get('cache-control'), 'private, no-cache')
        if (status !== 304) continue
        assert.equal(answer.body, '')
        for (const described of ['content-length', 'content-type'])
          assert.equal(answer.headers.get(described), null, `${method} ${address} ${described}`)
      }
    })
  }

  test('a record that was changed has another tag, and one that was not has the same', async () => {
    const { path, etag } = await makeTask()
    assert.equal((await call('GET', path)).headers.get('etag'), etag)
    const changed = await call('PATCH', path, {}, { done: true })
    assert.notEqual(changed.headers.get('etag'), etag)
    assert.equal((await call('GET', path)).headers.get('etag'), changed.headers.get('etag'))
  })

  test('a list that was added to has another tag', async () => {
    const before = (await call('GET', '/api/v1/tasks')).headers.get('etag')
    await makeTask()
    assert.notEqual((await call('GET', '/api/v1/tasks')).headers.get('etag'), before)
  })

  const CHANGES: [string, unknown][] = [
    ['PATCH', { done: true }],
    ['PUT', { text: 'Water the flowers' }],
    ['DELETE', undefined],
  ]
  const IF_MATCH: [string, (etag: string) => string, boolean][] = [
    ['its tag', (etag) => etag, true],
    ['its tag among others', (etag) => `"a", ${etag} ,"b"`, true],
    ['*', () => '*', true],
    ['another tag', () => '"a"', false],
    ['its tag as a weak one', (etag) => `W/${etag}`, false],
    ['nothing', () => '', false],
  ]
  for (const [method, body] of CHANGES) {
    for (const [what, headerFor, fits] of IF_MATCH) {
      test(`${method} with If-Match of ${what} ${fits ? 'goes through' : 'is a 412 and changes nothing'}`, async () => {
        const { path, etag } = await makeTask()
        const answer = await call(method, path, { 'if-match': headerFor(etag) }, body)
        if (fits) {
          assert.equal(answer.status, method === 'DELETE' ? 204 : 200)
          return
        }
        assertProblem(answer, 412, 'precondition_failed')
        assert.equal(answer.headers.get('etag'), null)
        assert.equal((await call('GET', path)).headers.get('etag'), etag)
      })
    }
  }

  test('of two changes to what both have read, the second is refused', async () => {
    const { path, etag } = await makeTask()
    const change = (text: string) => call('PATCH', path, { 'if-match': etag }, { text })
    const statuses = (await Promise.all([change('one'), change('two')])).map(({ status }) => status)
    assert.deepEqual(statuses.sort(), [200, 412])
  })

  test('the tag of a change is good for the next one', async () => {
    const { path } = await makeTask()
    const first = await call('PATCH', path, {}, { text: 'one' })
    const headers = { 'if-match': String(first.headers.get('etag')) }
    assert.equal((await call('PATCH', path, headers, { text: 'two' })).status, 200)
  })

  test('the tag of a user, as its owner sees them, is good for a change', async () => {
    const { headers } = await call('GET', `/api/v1/users/${ana.id}`)
    const ifMatch = { 'if-match': String(headers.get('etag')) }
    const changed = await call('PATCH', `/api/v1/users/${ana.id}`, ifMatch, { gender: 'f' })
    assert.equal(changed.status, 200)
    assert.equal((await call('PATCH', `/api/v1/users/${ana.id}`, ifMatch, { gender: 'm' })).status, 412)
  })

  test('an answer that may hold a token is kept by no cache', async () => {
    const body = { username: 'ana', password: ana.password }
    const signedIn = await loggia.call('POST', '/api/v1/auth/login', { body })
    assert.equal(signedIn.headers.get('cache-control'), 'no-store')
    assert.equal(signedIn.headers.get('etag'), null)
  })
})
