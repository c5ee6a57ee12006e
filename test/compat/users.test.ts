import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Answer, Call } from '../support/call.ts'
import { movableClock } from '../support/clock.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'

const STATS = { session_count: 12, victory_count: 8, loss_count: 4, total_time: 5000 }

suite('the users API of others', () => {
  let loggia: TestLoggia
  let one: Player
  let two: Player
  const time = movableClock()

  interface Player {
    id: number
    token: string
    registered: Answer
  }

  const call = (method: string, path: string, more: Call = {}) =>
    loggia.call(method, `/compat/users${path}`, more)
  const register = async (username: string, more: object = {}): Promise<Player> => {
    const registered = await call('POST', '/users', {
      body: { username, password: `pw-${username}`, ...more },
    })
    const id = Number(registered.body.user?.self.split('/').at(-1))
    return { id, token: registered.body.token, registered }
  }
  const login = (body: unknown) => call('POST', '/login', { body })
  const pathOf = ({ id }: Player, rest = '') => `/users/${id}${rest}`
  const as = (player: Player, method: string, path: string, body?: unknown) =>
    call(method, path, { token: player.token, ...(body === undefined ? {} : { body }) })

  before(async () => {
    loggia = await startLoggia({}, { clock: time.clock })
    one = await register('user1', { email: 'user1@example.com', gender: 'male' })
    two = await register('user2', { email: 'user2@example.org', stats: { ...STATS, bogus: 1 } })
  })
  after(() => loggia.close())

  test('a player is made with the statistics that they bring', async () => {
    const { status, body } = two.registered
    assert.equal(status, 200)
    assert.deepEqual(body.user, {
      email: 'user2@example.org',
      gender: null,
      profile_pic: null,
      self: `/users/${two.id}`,
      stats: `/users/${two.id}/stats`,
      username: 'user2',
    })
    assert.deepEqual((await as(two, 'GET', pathOf(two, '/stats'))).body, STATS)
  })

  test('players are listed to everybody, without their addresses', async () => {
    const listed = await call('GET', '/users')
    const shown = await call('GET', pathOf(two))
    assert.equal(listed.status, 200)
    assert.deepEqual(
      listed.body.map(({ username, email }: { username: string; email: null }) => [username, email]),
      [
        ['user1', null],
        ['user2', null],
      ],
    )
    assert.deepEqual(shown.body, { ...two.registered.body.user, email: null })
    assert.equal((await call('HEAD', pathOf(two))).status, 200)
  })

  test('one sees oneself whole', async () => {
    const { body } = await as(two, 'GET', '/users/me')
    assert.deepEqual(body, two.registered.body.user)
  })

  test('signing in names the user', async () => {
    const { status, body } = await login({ username: 'user2', password: 'pw-user2' })
    assert.equal(status, 200)
    assert.deepEqual([body.success, body.user], [true, `/users/${two.id}`])
    assert.equal((await call('GET', '/users/me', { token: body.token })).status, 200)
    const claims = JSON.parse(Buffer.from(body.token.split('.')[1], 'base64url').toString())
    assert.deepEqual([claims.identity, claims.type, claims.fresh], [two.id, 'access', true])
  })

  const bad = { message: 'Bad username or password', success: false }
  for (const [what, body, status] of [
    ['a wrong password', { username: 'user2', password: 'bad' }, 401],
    ['an empty name', { username: '', password: 'x' }, 400],
    ['no password', { username: 'user2' }, 400],
    ['a number for a name', { username: 2, password: 'x' }, 400],
  ] as const) {
    test(`signing in with ${what} is ${status}`, async () => {
      const answer = await login(body)
      assert.deepEqual([answer.status, answer.body], [status, bad])
    })
  }

  for (const [what, body, message] of [
    ['a name that is taken', { username: 'user1', password: 'x' }, 'User with such name already exists'],
    ['an empty password', { username: 'neo', password: '' }, 'Bad username or password'],
    ['no password', { username: 'neo' }, 'Bad username or password'],
    ['a list', [], 'A JSON object is expected'],
    ['no body', undefined, 'A JSON object is expected'],
    ['an address that is none', { username: 'neo', password: 'x', email: 'nope' }, 'email: is not valid'],
    [
      'statistics below 0',
      { username: 'neo', password: 'x', stats: { loss_count: -1 } },
      'loss_count: is not valid',
    ],
    [
      'a picture as text',
      { username: 'neo', password: 'x', profile_pic: 'x' },
      'profile_pic: cannot be set here',
    ],
  ] as const) {
    test(`registering with ${what} is 400`, async () => {
      const answer = await call('POST', '/users', { body })
      assert.deepEqual([answer.status, answer.body], [400, { message, success: false }])
    })
  }

  for (const [what, headers, status, msg] of [
    ['no header', {}, 401, 'Missing Authorization Header'],
    [
      'another word',
      { authorization: 'Token x' },
      422,
      "Bad Authorization header. Expected value 'Bearer <JWT>'",
    ],
    ['no JWT', { authorization: 'Bearer bad' }, 422, 'Not enough segments'],
    ['a foreign JWT', { authorization: 'Bearer a.b.c' }, 422, 'Signature verification failed'],
  ] as const) {
    test(`a token with ${what} is ${status}`, async () => {
      const answer = await call('GET', '/users/me', { headers })
      assert.deepEqual([answer.status, answer.body], [status, { msg }])
    })
  }

  test('a token ends after thirty days', async () => {
    const { token } = await register('old')
    time.advance(30 * 86_400 + 1)
    const answer = await call('GET', '/users/me', { token })
    one.token = (await login({ username: 'user1', password: 'pw-user1' })).body.token
    two.token = (await login({ username: 'user2', password: 'pw-user2' })).body.token
    assert.deepEqual([answer.status, answer.body], [401, { msg: 'Token has expired' }])
  })

  for (const [method, rest, body] of [
    ['PUT', '', { gender: 'x' }],
    ['PATCH', '', { gender: 'x' }],
    ['DELETE', '', undefined],
    ['GET', '/stats', undefined],
    ['PATCH', '/stats', { loss_count: 1 }],
    ['PUT', '/stats', { loss_count: 1 }],
    ['POST', '/pdf', undefined],
    ['GET', '/pdf', undefined],
  ] as const) {
    test(`${method} /users/{id}${rest} of another is 403`, async () => {
      const { status, body: told } = await as(two, method, pathOf(one, rest), body)
      assert.deepEqual([status, told.success], [403, false])
    })
  }

  test('what is given is changed, by PUT as by PATCH, and the rest stays', async () => {
    const before = (await as(one, 'GET', '/users/me')).body
    const patched = await as(one, 'PATCH', pathOf(one), { gender: 'female', bogus: 1, self: 'x' })
    const put = await as(one, 'PUT', pathOf(one), { email: 'new@example.com', stats: { victory_count: 3 } })
    assert.deepEqual([patched.status, patched.body], [200, { ...before, gender: 'female' }])
    assert.deepEqual(put.body, { ...patched.body, email: 'new@example.com' })
    assert.equal((await as(one, 'GET', pathOf(one, '/stats'))).body.victory_count, 3)
  })

  test('a name that another has is 400, and nothing is changed', async () => {
    const answer = await as(one, 'PATCH', pathOf(one), {
      username: 'USER2',
      gender: 'none',
      password: 'other',
    })
    assert.deepEqual(
      [answer.status, answer.body],
      [400, { message: 'User with such name already exists', success: false }],
    )
    assert.equal((await login({ username: 'user1', password: 'pw-user1' })).status, 200)
  })

  test('a change is made whole or not at all', async () => {
    const player = await register('halves')
    const signedIn = await loggia.call('POST', '/api/v1/auth/login', {
      body: { username: 'halves', password: 'pw-halves' },
    })
    const { body: renewed } = await loggia.call('POST', '/api/v1/auth/refresh', {
      body: { refresh_token: signedIn.body.refresh_token },
    })
    const changes = { gender: 'other', stats: { loss_count: 9 }, password: 'stolen' }
    const stale = { ...player, token: renewed.access_token }
    const refused = await as(stale, 'PATCH', pathOf(player), changes)
    const [{ body: profile }, { body: stats }] = [
      await as(player, 'GET', '/users/me'),
      await as(player, 'GET', pathOf(player, '/stats')),
    ]
    const made = await as(player, 'PATCH', pathOf(player), changes)
    assert.deepEqual([refused.status, refused.body], [401, { msg: 'Fresh token required' }])
    assert.deepEqual([profile.gender, stats.loss_count], [null, 0])
    assert.deepEqual([made.status, made.body.gender], [200, 'other'])
    assert.equal((await as(player, 'GET', pathOf(player, '/stats'))).body.loss_count, 9)
    assert.equal((await login({ username: 'halves', password: 'stolen' })).status, 200)
  })

  test('a new password ends the other sessions', async () => {
    const player = await register('changing')
    const other = (await login({ username: 'changing', password: 'pw-changing' })).body.token
    const changed = await as(player, 'PATCH', pathOf(player), { password: 'p2' })
    const elsewhere = await call('GET', '/users/me', { token: other })
    assert.equal(changed.status, 200)
    assert.deepEqual([elsewhere.status, elsewhere.body], [401, { msg: 'Token has been revoked' }])
    assert.equal((await as(player, 'GET', '/users/me')).status, 200)
    assert.equal((await login({ username: 'changing', password: 'p2' })).status, 200)
  })

  test('statistics change by what is known of them', async () => {
    const patched = await as(two, 'PATCH', pathOf(two, '/stats'), { victory_count: 9, bogus: 1 })
    const empty = await as(two, 'PUT', pathOf(two, '/stats'), {})
    assert.deepEqual([patched.status, patched.body], [200, { ...STATS, victory_count: 9 }])
    assert.deepEqual(empty.body, patched.body)
  })

  for (const value of ['abc', -5, 1.5, null]) {
    test(`statistics of ${JSON.stringify(value)} are 400`, async () => {
      const { status, body } = await as(two, 'PATCH', pathOf(two, '/stats'), { total_time: value })
      assert.deepEqual([status, body], [400, { message: 'total_time: is not valid', success: false }])
    })
  }

  test('a profile is drawn on request', async () => {
    const player = await register('painted')
    const before = await as(player, 'GET', pathOf(player, '/pdf'))
    const asked = await as(player, 'POST', pathOf(player, '/pdf'))
    await loggia.drain()
    const { status, headers, body } = await as(player, 'GET', pathOf(player, '/pdf'))
    assert.deepEqual(
      [before.status, before.body],
      [404, { message: 'No such file. Send generation request first.', success: false }],
    )
    assert.deepEqual([asked.status, asked.body], [200, { url: `/users/${player.id}/pdf` }])
    assert.equal(status, 200)
    assert.equal(headers.get('content-type'), 'application/pdf')
    assert.match(headers.get('cache-control') ?? '', /private/)
    assert.match(body, /^%PDF-/)
  })

  test('a deleted player is gone, with their token and for good', async () => {
    const gone = await register('leaving')
    const deleted = await as(gone, 'DELETE', pathOf(gone))
    const again = await as(gone, 'DELETE', pathOf(gone))
    const me = await as(gone, 'GET', '/users/me')
    const next = await register('coming')
    const none = { message: 'No such user', success: false }
    assert.deepEqual([deleted.status, deleted.body], [204, ''])
    assert.deepEqual([again.status, again.body], [404, none])
    assert.deepEqual([me.status, me.body], [404, none])
    assert.notEqual(next.id, gone.id)
    assert.equal((await as(next, 'GET', pathOf(next, '/pdf'))).status, 404)
  })

  for (const path of ['/users/999999', '/users/abc']) {
    test(`GET ${path} is 404`, async () => {
      const { status, body } = await call('GET', path)
      assert.deepEqual([status, body], [404, { message: 'No such user', success: false }])
    })
  }
})
