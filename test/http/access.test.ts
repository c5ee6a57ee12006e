import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Answer, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { type Route, routesOf } from '../support/routes.ts'

suite('access to every route', () => {
  let loggia: TestLoggia
  let ana: Person
  let refreshed: string
  let apiKey: string
  let guarded: Route[]

  before(async () => {
    loggia = await startLoggia()
    const admin = await loggia.registerAdmin('root')
    ana = await loggia.register('ana')
    const renewal = { body: { refresh_token: ana.refreshToken } }
    refreshed = (await loggia.call('POST', '/api/v1/auth/refresh', renewal)).body.access_token
    const key = { name: 'device', scopes: ['queue:push'] }
    apiKey = (await loggia.call('POST', '/api/v1/auth/keys', { token: admin.token, body: key })).body.key
    guarded = routesOf(loggia).filter(({ words }) => !words.includes('public'))
  })
  after(() => loggia.close())

  /** What each of these routes says that it should not have said. */
  async function wrongAnswers(
    routes: Route[],
    headers: Record<string, string>,
    expected: { status: number; code: string },
  ): Promise<string[]> {
    assert.ok(routes.length > 0)
    const answers = await Promise.all(
      routes.map(async ({ method, path }) => ({
        route: `${method} ${path}`,
        answer: await loggia.call(method, path, { headers }),
        // The answer to HEAD has no body that could name a code.
        code: method === 'HEAD' ? undefined : expected.code,
      })),
    )
    return answers
      .filter(({ answer, code }) => answer.status !== expected.status || answer.body.code !== code)
      .map(({ route, answer }) => `${route}: ${answer.status} ${answer.body.code}`)
  }

  test('without a token every route that is not public asks for one', async () => {
    const expected = { status: 401, code: 'credentials_missing' }
    assert.deepEqual(await wrongAnswers(guarded, {}, expected), [])
  })

  test('with garbage for a token every route that is not public refuses it', async () => {
    for (const garbage of ['garbage', 'a.b.c', 'lgk_1_garbage', `${ana.token}x`]) {
      const headers = { authorization: `Bearer ${garbage}` }
      assert.deepEqual(await wrongAnswers(guarded, headers, { status: 401, code: 'token_invalid' }), [])
    }
  })

  test("a user's token does not open what is for administrators", async () => {
    const forAdmins = guarded.filter(
      ({ words }) => words.includes('admin') && !words.includes('user') && !words.includes('fresh'),
    )
    const headers = { authorization: `Bearer ${ana.token}` }
    assert.deepEqual(await wrongAnswers(forAdmins, headers, { status: 403, code: 'role_missing' }), [])
  })

  test('a refreshed token does not open what asks for a fresh one', async () => {
    const fresh = guarded.filter(({ words }) => words.includes('fresh'))
    const headers = { authorization: `Bearer ${refreshed}` }
    assert.deepEqual(await wrongAnswers(fresh, headers, { status: 401, code: 'fresh_token_required' }), [])
  })

  test('an API key opens nothing but what its scope names', async () => {
    const others = guarded.filter(({ words }) => !words.includes('key:queue:push'))
    const headers = { authorization: `Bearer ${apiKey}` }
    assert.deepEqual(await wrongAnswers(others, headers, { status: 403, code: 'scope_missing' }), [])
  })

  test('what is not public is refused before anything of the request is read', async () => {
    const body = '{"not json'
    const refused = await loggia.call('POST', '/api/v1/tasks', { body })
    assert.equal(refused.status, 401)
  })

  test('a route that forgot its access word does not start', async () => {
    let refusal: unknown
    const other = await startLoggia(
      {},
      {
        routes(app) {
          try {
            app.get('/forgotten', { config: {} as { access: 'public' } }, async () => 'open to all')
          } catch (error) {
            refusal = error
          }
        },
      },
    )
    await other.close()
    assert.match(String(refusal), /GET \/forgotten names no access/)
  })
})

suite('the Authorization header', () => {
  let loggia: TestLoggia
  let ana: Person

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  function callWith(authorization: string): Promise<Answer> {
    return loggia.call('GET', '/api/v1/users/me', { headers: { authorization } })
  }

  test('is taken with Bearer or Token, in any case', async () => {
    for (const word of ['Bearer', 'bearer', 'BEARER', 'Token', 'token']) {
      assert.equal((await callWith(`${word} ${ana.token}`)).body.username, 'ana', word)
    }
  })

  test('of another form is refused with its own code', async () => {
    for (const header of [
      ana.token,
      `Basic ${ana.token}`,
      'Bearer',
      'Bearer ',
      `Bearer ${ana.token} ${ana.token}`,
      `Bearer ${ana.token}, Bearer ${ana.token}`,
      `Bearer\u00a0${ana.token}`,
    ]) {
      const refused = await callWith(header)
      assert.equal(refused.status, 401, header)
      assert.equal(refused.body.code, 'credentials_malformed', header)
    }
  })

  for (const [code, authorization, challenge] of [
    ['credentials_missing', undefined, 'Bearer realm="loggia"'],
    ['token_invalid', 'Bearer garbage', 'Bearer realm="loggia", error="invalid_token"'],
  ] as const) {
    test(`${code} carries its challenge`, async () => {
      const headers = authorization === undefined ? {} : { authorization }
      const refused = await loggia.call('GET', '/api/v1/users/me', { headers })
      assert.equal(refused.body.code, code)
      assert.equal(refused.headers.get('www-authenticate'), challenge)
    })
  }

  test('with a refreshed token where a fresh one is asked is challenged to sign in again', async () => {
    const renewal = { body: { refresh_token: ana.refreshToken } }
    const token = (await loggia.call('POST', '/api/v1/auth/refresh', renewal)).body.access_token
    const refused = await loggia.call('PUT', '/api/v1/auth/password', { token })
    assert.equal(
      refused.headers.get('www-authenticate'),
      'Bearer realm="loggia", error="insufficient_user_authentication"',
    )
  })
})
