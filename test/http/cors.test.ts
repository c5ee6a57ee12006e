import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Answer, startLoggia, type TestLoggia } from '../support/loggia.ts'

const OURS = 'https://app.example'
const OTHERS = [
  'https://evil.example',
  'http://app.example',
  'https://app.example:8443',
  'https://app.example.evil.example',
  'https://APP.example',
  'null',
]

function corsHeadersOf({ headers }: Answer): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')))
}

async function withServer(origins: string, run: (loggia: TestLoggia) => Promise<void>): Promise<void> {
  const loggia = await startLoggia(origins === '' ? {} : { CORS_ORIGINS: origins })
  try {
    await run(loggia)
  } finally {
    await loggia.close()
  }
}

const preflight = (origin: string) => ({
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization,content-type,idempotency-key',
  },
})

test('CORS is off until an origin is named', () =>
  withServer('', async (loggia) => {
    for (const answer of [
      await loggia.call('OPTIONS', '/api/v1/tasks', preflight(OURS)),
      await loggia.call('GET', '/livez', { headers: { origin: OURS } }),
      await loggia.call('GET', '/nothing', { headers: { origin: OURS } }),
    ]) {
      assert.deepEqual(corsHeadersOf(answer), {})
      assert.equal(answer.headers.get('vary'), null)
    }
  }))

test('* lets every origin in, which no cache need tell apart', () =>
  withServer('*', async (loggia) => {
    const answer = await loggia.call('GET', '/livez', { headers: { origin: OURS } })
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.equal(answer.headers.get('vary'), null)
  }))

suite('CORS for named origins', () => {
  let loggia: TestLoggia

  before(async () => {
    loggia = await startLoggia({ CORS_ORIGINS: `${OURS}, http://localhost:5173`, RATE_LIMIT: '100/min' })
  })
  after(() => loggia.close())

  test('a preflight learns methods, headers, and how long to remember them', async () => {
    const answer = await loggia.call('OPTIONS', '/api/v1/tasks', preflight(OURS))
    assert.equal(answer.status, 204)
    assert.deepEqual(corsHeadersOf(answer), {
      'access-control-allow-origin': OURS,
      'access-control-allow-methods': 'GET, HEAD, OPTIONS, POST',
      'access-control-allow-headers': 'authorization,content-type,idempotency-key',
      'access-control-expose-headers':
        'etag, link, location, retry-after, ratelimit, ratelimit-policy, x-request-id, idempotency-replayed',
      'access-control-max-age': '600',
    })
  })

  test('every named origin is let in by its own name, and never with cookies', async () => {
    for (const origin of [OURS, 'http://localhost:5173']) {
      const answer = await loggia.call('GET', '/livez', { headers: { origin } })
      assert.equal(answer.headers.get('access-control-allow-origin'), origin)
      assert.equal(answer.headers.get('access-control-allow-credentials'), null)
    }
  })

  for (const origin of OTHERS) {
    test(`${origin} gets nothing`, async () => {
      assert.deepEqual(corsHeadersOf(await loggia.call('OPTIONS', '/api/v1/tasks', preflight(origin))), {})
      assert.deepEqual(corsHeadersOf(await loggia.call('GET', '/livez', { headers: { origin } })), {})
    })
  }

  test('a cache is told that answers differ by origin, also where there is none', async () => {
    for (const headers of [{ origin: OURS }, { origin: 'https://evil.example' }, undefined]) {
      const answer = await loggia.call('GET', '/livez', headers ? { headers } : {})
      assert.match(answer.headers.get('vary') ?? '', /\bOrigin\b/)
    }
  })

  test('a page that differs by coding too says both', async () => {
    const page = await loggia.call('GET', '/docs', { headers: { origin: OURS } })
    assert.equal(page.headers.get('vary'), 'Origin, Accept-Encoding')
  })

  for (const [what, path, status] of [
    ['a 401', '/api/v1/tasks', 401],
    ['a 404', '/nothing', 404],
    ['a 422', '/api/v1/auth/login', 422],
  ] as const) {
    test(`a page may read ${what}`, async () => {
      const method = status === 422 ? 'POST' : 'GET'
      const refused = await loggia.call(method, path, { headers: { origin: OURS } })
      assert.equal(refused.status, status)
      assert.equal(refused.headers.get('access-control-allow-origin'), OURS)
    })
  }
})
