import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Answer, Call } from '../support/call.ts'
import { movableClock } from '../support/clock.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'

const ALICE = { username: 'alice', password: 'S3curePass!x', email: 'a@ex.ru' }
const BOB = { username: 'bob', password: 'An0ther!pass', email: 'b@ex.ru' }

suite('tokens of the tasks API of others', () => {
  let loggia: TestLoggia
  const time = movableClock()
  const call = (method: string, path: string, more: Call = {}) =>
    loggia.call(method, `/compat/tasks/api/v1${path}`, more)
  const refresh = (token: string) => call('POST', '/refresh/', { body: { refresh: token } })
  const authorization = (token: string) => ({ headers: { authorization: `Token ${token}` } })
  const blacklisted = { detail: 'Token is blacklisted', code: 'token_not_valid' }

  before(async () => {
    loggia = await startLoggia({ RATE_LIMIT: '100/min' }, { clock: time.clock })
    await call('POST', '/register/', { body: ALICE })
  })
  after(() => loggia.close())

  const signIn = async () => (await call('POST', '/login/', { body: ALICE })).body

  test('tokens name the user to their clients', async () => {
    const { access, refresh: other } = await signIn()
    for (const [token, type] of [
      [access, 'access'],
      [other, 'refresh'],
    ]) {
      const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString())
      assert.deepEqual([String(claims.user_id), claims.token_type], [claims.sub, type])
      assert.equal(typeof claims.user_id, 'number')
    }
  })

  test('a refresh token that was used is blacklisted at once, and its child is good', async () => {
    const first = await signIn()
    const second = await refresh(first.refresh)
    const again = await refresh(first.refresh)
    const third = await refresh(second.body.refresh)
    assert.deepEqual([second.status, Object.keys(second.body).sort()], [200, ['access', 'refresh']])
    assert.deepEqual([again.status, again.body], [401, blacklisted])
    assert.equal(again.headers.get('www-authenticate'), 'Token realm="api"')
    assert.equal(third.status, 200)
  })

  test('of many who refresh at once with one token, one is answered', async () => {
    const first = await signIn()
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(first.refresh)))
    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [200, ...Array(7).fill(401)])
  })

  test('a used refresh token that comes late ends its session', async () => {
    const first = await signIn()
    const second = await refresh(first.refresh)
    time.advance(11)
    const late = await refresh(first.refresh)
    const child = await refresh(second.body.refresh)
    assert.deepEqual([late.status, late.body], [401, blacklisted])
    assert.deepEqual([child.status, child.body], [401, blacklisted])
  })

  test('what is left of a deleted or a disabled account is told apart', async () => {
    const root = await loggia.registerAdmin('root')
    const { id } = (await call('GET', '/users/', authorization((await signIn()).access))).body[0]
    const session = await signIn()
    const listed = () => call('GET', '/tasks/', authorization(session.access))
    const disable = (disabled: boolean) =>
      loggia.call('PATCH', `/api/v1/users/${id}`, { token: root.token, body: { disabled } })
    await disable(true)
    const inactive = await listed()
    const closed = await call('POST', '/login/', { body: ALICE })
    await disable(false)
    await loggia.call('DELETE', `/api/v1/users/${id}`, { token: root.token })
    const gone = await listed()
    const refreshed = await refresh(session.refresh)
    await call('POST', '/register/', { body: ALICE })
    assert.deepEqual(
      [inactive.status, inactive.body],
      [401, { detail: 'User is inactive', code: 'user_inactive' }],
    )
    assert.deepEqual(closed.body, { detail: 'No active account found with the given credentials' })
    assert.deepEqual([gone.status, gone.body], [401, { detail: 'User not found', code: 'user_not_found' }])
    assert.equal(refreshed.status, 401)
  })

  test('after a logout no refresh token is good, rotated ones neither', async () => {
    const first = await signIn()
    const { body: rotated } = await refresh(first.refresh)
    const out = await call('POST', '/logout/', authorization(rotated.access))
    const after = await Promise.all([refresh(first.refresh), refresh(rotated.refresh)])
    assert.deepEqual([out.status, out.body], [205, ''])
    assert.deepEqual(
      after.map(({ status }) => status),
      [401, 401],
    )
  })

  for (const [what, body, status, answer] of [
    ['nothing', {}, 400, { refresh: ['This field is required.'] }],
    [
      'what is none',
      { refresh: 'x' },
      401,
      { detail: 'Token is invalid or expired', code: 'token_not_valid' },
    ],
  ] as const) {
    test(`refreshing with ${what} is ${status}`, async () => {
      const refused = await call('POST', '/refresh/', { body })
      assert.deepEqual([refused.status, refused.body], [status, answer])
    })
  }

  test('an access token is no refresh token', async () => {
    const refused = await refresh((await signIn()).access)
    assert.deepEqual(
      [refused.status, refused.body],
      [401, { detail: 'Token has wrong type', code: 'token_not_valid' }],
    )
  })

  test('the 101st request within a minute is throttled, whatever it says of where it comes from', async () => {
    await call('POST', '/register/', { body: BOB })
    const { access } = (await call('POST', '/login/', { body: BOB })).body
    const statuses: number[] = []
    let last: Answer | undefined
    for (let sent = 0; sent < 101; sent += 1) {
      const headers = { authorization: `Token ${access}`, 'x-forwarded-for': `10.0.0.${sent}` }
      last = await call('GET', '/tasks/', { headers })
      statuses.push(last.status)
    }
    assert.deepEqual([statuses.filter((status) => status === 200).length, statuses.at(-1)], [100, 429])
    assert.match(last?.body.detail, /^Request was throttled\. Expected available in \d+ seconds?\.$/)
    assert.match(last?.headers.get('retry-after') ?? '', /^\d+$/)
  })
})
