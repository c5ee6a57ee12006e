import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Answer } from '../support/call.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** How each of them signs in, and something of its own that needs a token. */
const APIS = {
  queue: {
    login: { path: '/api/login', tokenIn: 'token' },
    guarded: '/api/verify/token',
    word: 'Bearer',
    open: '/api/ping',
    refused: { message: 'Invalid Token' },
    limited: { message: 'More than 3 requests in 60 seconds.' },
  },
  users: {
    login: { path: '/login', tokenIn: 'token' },
    guarded: '/users/me',
    word: 'Bearer',
    open: '/users',
    refused: { msg: 'Token has been revoked' },
    limited: { message: 'More than 3 requests in 60 seconds.', success: false },
  },
  tasks: {
    login: { path: '/api/v1/login/', tokenIn: 'access' },
    guarded: '/api/v1/users/',
    word: 'Token',
    open: '/api/v1/',
    refused: {
      detail: 'Given token not valid for any token type',
      code: 'token_not_valid',
      messages: [
        { token_class: 'AccessToken', token_type: 'access', message: 'Token is invalid or expired' },
      ],
    },
    limited: /^{"detail":"Request was throttled\. Expected available in \d+ seconds?\."}$/,
  },
  stores: {
    login: { path: '/login', tokenIn: 'access_token' },
    guarded: '/item',
    word: 'Bearer',
    open: '/store',
    refused: { description: 'The token has been revoked.', error: 'token_revoked' },
    limited: { code: 429, message: 'More than 3 requests in 60 seconds.', status: 'Too Many Requests' },
  },
  vehicles: {
    login: { path: '/login', tokenIn: 'access_token' },
    guarded: '/stats',
    word: 'Bearer',
    open: null,
    refused: { detail: 'Not authenticated' },
    limited: { detail: 'Too Many Requests' },
  },
} as const
type Name = keyof typeof APIS
const NAMES = Object.keys(APIS) as Name[]

function signIn(loggia: TestLoggia, name: Name, username: string, more: { headers?: object } = {}) {
  const credentials = { username, password: PASSWORD }
  return loggia.call('POST', `/compat/${name}${APIS[name].login.path}`, {
    body: name === 'vehicles' ? String(new URLSearchParams(credentials)) : credentials,
    headers: { ...(name === 'vehicles' ? form : {}), ...more.headers },
  })
}

async function tokenOf(loggia: TestLoggia, name: Name, username: string): Promise<string> {
  return (await signIn(loggia, name, username)).body[APIS[name].login.tokenIn]
}

function guarded(loggia: TestLoggia, name: Name, token: string): Promise<Answer> {
  const { guarded: path, word } = APIS[name]
  return loggia.call('GET', `/compat/${name}${path}`, { headers: { authorization: `${word} ${token}` } })
}

suite('one account at several published APIs', () => {
  let loggia: TestLoggia
  before(async () => {
    loggia = await startLoggia()
    await loggia.registerAdmin('admin')
  })
  after(() => loggia.close())

  for (const name of NAMES) {
    test(`the token of ${name} is good at all the others and at our own`, async () => {
      const token = await tokenOf(loggia, name, 'admin')
      const statuses = await Promise.all(
        NAMES.map(async (other) => (await guarded(loggia, other, token)).status),
      )
      assert.deepEqual(
        statuses,
        NAMES.map(() => 200),
      )
      assert.equal((await loggia.call('GET', '/api/v1/users/me', { token })).status, 200)
    })

    test(`signing out of tasks ends what ${name} began, told in its own words`, async () => {
      const token = await tokenOf(loggia, name, 'admin')
      await loggia.call('POST', '/compat/tasks/api/v1/logout/', {
        headers: { authorization: `Token ${token}` },
      })
      const { status, body } = await guarded(loggia, name, token)
      assert.deepEqual([status, body], [401, APIS[name].refused])
    })

    test(`an API key is no token of ${name}`, async () => {
      const { token } = await loggia.signIn('admin', PASSWORD)
      const body = { name: 'k', scopes: ['queue:push', 'detections:write'] }
      const { body: made } = await loggia.call('POST', '/api/v1/auth/keys', { token, body })
      assert.equal((await guarded(loggia, name, made.key)).status, 403)
    })

    test(`a key that was used for something else is told to clients of ${name}`, async () => {
      const headers = { 'idempotency-key': `at ${name}` }
      const first = await signIn(loggia, name, 'admin', { headers })
      const again = await signIn(loggia, name, 'admin', { headers })
      const other = await signIn(loggia, name, 'somebody', { headers })
      assert.deepEqual([first.status, again.body], [200, first.body])
      assert.ok([400, 422].includes(other.status))
      assert.match(JSON.stringify(other.body), /Idempotency-Key was used/)
    })

    test(`the reference of ${name} is a page of its own document`, async () => {
      for (const path of ['docs', ...(REFERENCES[name] ?? [])]) {
        const page = await loggia.call('GET', `/compat/${name}/${path}`)
        assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
        assert.match(page.body, /href="openapi\.json"/)
      }
    })
  }
  const REFERENCES: Partial<Record<Name, string[]>> = { stores: ['swagger-ui'], vehicles: ['redoc'] }

  test('refresh tokens are those of the session, whichever API rotates them', async () => {
    const { body: shop } = await signIn(loggia, 'stores', 'admin')
    const rotated = await loggia.call('POST', '/compat/tasks/api/v1/refresh/', {
      body: { refresh: shop.refresh_token },
    })
    const renew = (token: string) => loggia.call('POST', '/compat/stores/refresh', { token })
    const [old, child] = [await renew(shop.refresh_token), await renew(rotated.body.refresh)]
    assert.deepEqual([rotated.status, old.status, child.status], [200, 401, 200])
  })

  test('a deleted account leaves no token good at any of them, and its id to nobody', async () => {
    const leaving = await loggia.register('leaving')
    const tokens = await Promise.all(
      NAMES.filter((name) => name !== 'queue').map((name) => tokenOf(loggia, name, 'leaving')),
    )
    await loggia.call('DELETE', `/api/v1/users/${leaving.id}`, { token: leaving.token })
    const next = await loggia.register('next')
    assert.notEqual(next.id, leaving.id)
    for (const token of tokens)
      for (const name of NAMES)
        assert.equal((await guarded(loggia, name, token)).status, name === 'users' ? 404 : 401, name)
  })

  test('an address is shown by none of them but to its owner and to administrators', async () => {
    const email = 'hidden@example.com'
    const hidden = await loggia.register('hidden', { email })
    const { token } = await loggia.register('curious')
    for (const [path, headers] of [
      ['/compat/users/users', {}],
      [`/compat/users/users/${hidden.id}`, {}],
      [`/compat/users/users/${hidden.id}`, { authorization: `Bearer ${token}` }],
      [`/compat/stores/user/${hidden.id}`, { authorization: `Bearer ${token}` }],
      ['/compat/tasks/api/v1/users/', { authorization: `Token ${token}` }],
      ['/compat/vehicles/users', { authorization: `Bearer ${token}` }],
    ] as const) {
      const { body } = await loggia.call('GET', path, { headers })
      assert.ok(!JSON.stringify(body).includes(email), path)
    }
  })
})

suite('the published APIs that are served', () => {
  async function withServer(settings: Record<string, string>, run: (loggia: TestLoggia) => Promise<void>) {
    const loggia = await startLoggia(settings)
    try {
      await run(loggia)
    } finally {
      await loggia.close()
    }
  }

  for (const [setting, served] of [
    ['off', []],
    ['tasks,stores', ['tasks', 'stores']],
    ['all', NAMES],
  ] as const)
    test(`COMPAT=${setting} serves ${served.length} of them`, () =>
      withServer({ COMPAT: setting }, async (loggia) => {
        for (const name of NAMES) {
          const is = (served as readonly string[]).includes(name)
          const { open, guarded: path } = APIS[name]
          for (const [address, status] of [
            ['/openapi.json', 200],
            ['/docs', 200],
            [open ?? path, open === null ? 401 : 200],
          ] as const) {
            const answer = await loggia.call('GET', `/compat/${name}${address}`)
            assert.equal(answer.status, is ? status : 404, `${name}${address}`)
            if (!is) assert.equal(answer.body.code, 'route_not_found')
          }
        }
      }))

  test('have a budget each, and say in their own words that it is spent', () =>
    withServer({ RATE_LIMIT: '3/min', MACHINE_RATE_LIMIT: '3/min' }, async (loggia) => {
      const { token } = await loggia.registerAdmin('admin')
      for (const name of NAMES) {
        const { open, guarded: path, limited } = APIS[name]
        const answers: Answer[] = []
        for (let sent = 0; sent < 4; sent += 1)
          answers.push(await loggia.call('GET', `/compat/${name}${open ?? path}`, open ? {} : { token }))
        const last = answers.at(-1)
        assert.deepEqual(
          answers.map(({ status }) => status),
          [200, 200, 200, 429],
          name,
        )
        assert.match(last?.headers.get('retry-after') ?? '', /^\d+$/)
        if (limited instanceof RegExp) assert.match(JSON.stringify(last?.body), limited)
        else assert.deepEqual(last?.body, limited)
      }
    }))

  test('are open to the origins of CORS_ORIGINS and to no other', () =>
    withServer({ CORS_ORIGINS: 'https://a.example' }, async (loggia) => {
      for (const name of NAMES) {
        const path = `/compat/${name}${APIS[name].guarded}`
        const ask = (method: string, origin: string) =>
          loggia.call(method, path, { headers: { origin, 'access-control-request-method': 'GET' } })
        const [preflight, ours, others] = [
          await ask('OPTIONS', 'https://a.example'),
          await ask('GET', 'https://a.example'),
          await ask('GET', 'https://b.example'),
        ]
        const allowed = (answer: Answer) => answer.headers.get('access-control-allow-origin')
        assert.equal(preflight.status, 204)
        assert.deepEqual(
          [preflight, ours, others].map(allowed),
          ['https://a.example', 'https://a.example', null],
          name,
        )
      }
    }))
})
