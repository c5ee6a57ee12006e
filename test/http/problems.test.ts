import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'
import { tamper } from '../support/stored.ts'

interface Refused {
  what: string
  method?: string
  path?: string
  body?: string
  headers?: Record<string, string>
  status: number
  code: string
}

const NESTED = 10_000
const JSON_TYPE = { 'content-type': 'application/json' }

/** Each a request to make a task, but for what is named. */
const REFUSED: Refused[] = [
  { what: 'an unknown path', method: 'GET', path: '/nothing', status: 404, code: 'route_not_found' },
  { what: 'the folder of a path', method: 'GET', path: '/api/v1', status: 404, code: 'route_not_found' },
  { what: 'a path in capitals', method: 'GET', path: '/API/V1/TASKS', status: 404, code: 'route_not_found' },
  { what: 'a doubled slash', method: 'GET', path: '//api/v1/tasks', status: 404, code: 'route_not_found' },
  { what: 'a wrong method', method: 'PUT', status: 405, code: 'method_not_allowed' },
  {
    what: 'an address that is no URL',
    method: 'GET',
    path: '/api/v1/tasks/%E0%A4%A',
    status: 400,
    code: 'malformed_request',
  },
  {
    what: 'an endless part of an address',
    method: 'GET',
    path: `/api/v1/tasks/${'1'.repeat(1000)}`,
    status: 414,
    code: 'address_too_long',
  },
  {
    what: 'a body over the limit',
    body: `{"text":"${'x'.repeat(70_000)}"}`,
    status: 413,
    code: 'body_too_large',
  },
  {
    what: 'text/plain',
    headers: { 'content-type': 'text/plain' },
    body: '{"text":"x"}',
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    what: 'a type that only begins like JSON',
    headers: { 'content-type': 'application/json-seq' },
    body: '{"text":"x"}',
    status: 415,
    code: 'unsupported_media_type',
  },
  {
    what: 'a form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'text=x',
    status: 415,
    code: 'unsupported_media_type',
  },
  { what: 'half of a body', body: '{"text":"x"', status: 400, code: 'malformed_json' },
  { what: 'two bodies', body: '{"text":"x"}{"text":"y"}', status: 400, code: 'malformed_json' },
  { what: 'JavaScript', body: "{text:'x'}", status: 400, code: 'malformed_json' },
  { what: 'an empty body of JSON', body: '', status: 422, code: 'validation_failed' },
  { what: 'null', body: 'null', status: 422, code: 'validation_failed' },
  { what: 'a list', body: '[{"text":"x"}]', status: 422, code: 'validation_failed' },
  {
    what: 'a deeply nested list',
    body: `{"text":${'['.repeat(NESTED)}${']'.repeat(NESTED)}}`,
    status: 400,
    code: 'json_too_deep',
  },
  {
    what: 'a deeply nested object',
    body: `${'{"text":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    status: 400,
    code: 'json_too_deep',
  },
  {
    what: '__proto__',
    body: '{"text":"x","__proto__":{"done":true}}',
    status: 400,
    code: 'malformed_json',
  },
  {
    what: '__proto__ in escapes',
    body: '{"text":"x","\\u005f_proto__":{"done":true}}',
    status: 400,
    code: 'malformed_json',
  },
  {
    what: 'constructor.prototype',
    body: '{"text":"x","constructor":{"prototype":{"done":true}}}',
    status: 400,
    code: 'malformed_json',
  },
]

suite('problems', () => {
  let loggia: TestLoggia
  let ana: Person

  before(async () => {
    loggia = await startLoggia({ BODY_LIMIT: '64kb' })
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  for (const { what, method = 'POST', path = '/api/v1/tasks', body, headers, status, code } of REFUSED) {
    test(`${what}: ${status} ${code}`, async () => {
      const call = { token: ana.token, headers: { ...(body === undefined ? {} : JSON_TYPE), ...headers } }
      const refused = await loggia.call(method, path, body === undefined ? call : { ...call, body })
      assertProblem(refused, status, code)
    })
  }

  test('no refused request has made anything', async () => {
    assert.deepEqual((await loggia.call('GET', '/api/v1/tasks', { token: ana.token })).body.items, [])
  })

  test('a wrong method is told the right ones', async () => {
    const refused = await loggia.call('PUT', '/api/v1/tasks', { token: ana.token })
    assert.equal(refused.headers.get('allow'), 'GET, HEAD, OPTIONS, POST')
  })

  test('JSON may nest as deep as an honest body does, and brackets in text are text', async () => {
    const admin = await loggia.registerAdmin('root')
    const body = { body: JSON.parse('['.repeat(60) + ']'.repeat(60)), dedup_id: `"${'[{'.repeat(90)}\\` }
    const pushed = await loggia.call('POST', '/api/v1/queues/deep/messages', { token: admin.token, body })
    assert.equal(pushed.status, 201)
  })

  test('a sane X-Request-Id of the caller is taken, also by a problem', async () => {
    const headers = { 'x-request-id': 'trace-1.2:3_4' }
    const refused = await loggia.call('GET', '/nothing', { headers })
    assert.equal(refused.body.request_id, 'trace-1.2:3_4')
    assert.equal(
      (await loggia.call('GET', '/livez', { headers })).headers.get('x-request-id'),
      'trace-1.2:3_4',
    )
  })

  test('an insane X-Request-Id is replaced by one of ours', async () => {
    for (const insane of ['', 'a b', 'a,b', '<script>', 'é', 'x'.repeat(101), '{"level":60}']) {
      const answer = await loggia.call('GET', '/nothing', { headers: { 'x-request-id': insane } })
      assertProblem(answer, 404, 'route_not_found')
      assert.notEqual(answer.body.request_id, insane)
    }
  })

  test('no two answers have the same request id', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => loggia.call('GET', '/nothing')))
    assert.equal(new Set(answers.map(({ body }) => body.request_id)).size, 50)
  })
})

suite('an error of our own', () => {
  let loggia: TestLoggia
  let ana: Person

  before(async () => {
    loggia = await startLoggia(
      {},
      {
        routes(app) {
          app.get('/throws', { config: { access: 'public' } }, () => {
            throw new Error('select secret from /etc/passwd')
          })
          app.get('/rejects', { config: { access: 'public' } }, async () => {
            throw Object.assign(new Error('secret'), { statusCode: 404, code: 'SECRET' })
          })
          app.get('/throws-no-error', { config: { access: 'public' } }, async () => {
            throw 'secret'
          })
          const broken = {
            get secret() {
              throw new Error('secret')
            },
          }
          app.get('/breaks-while-answering', { config: { access: 'public' } }, async () => broken)
        },
      },
    )
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  for (const path of ['/throws', '/rejects', '/throws-no-error', '/breaks-while-answering']) {
    test(`${path} is a 500 that tells nothing`, async () => {
      const failed = await loggia.call('GET', path)
      assertProblem(failed, 500, 'internal_error')
      assert.doesNotMatch(JSON.stringify(failed.body), /secret|passwd/)
    })
  }

  test('a broken database is a 500 that tells nothing, and nothing else is broken by it', async () => {
    await tamper(loggia.dataDir, 'drop table tasks')
    assertProblem(await loggia.call('GET', '/api/v1/tasks', { token: ana.token }), 500, 'internal_error')
    const body = { text: 'x' }
    assertProblem(
      await loggia.call('POST', '/api/v1/tasks', { token: ana.token, body }),
      500,
      'internal_error',
    )
    assert.equal((await loggia.call('GET', '/api/v1/users/me', { token: ana.token })).status, 200)
  })
})
