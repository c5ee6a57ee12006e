import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { decodeJwt } from 'jose'
import { movableClock } from '../support/clock.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const RACE_SECONDS = 10
const SESSION_SECONDS = 30 * 24 * 3600

suite('refreshing', () => {
  const { clock, advance } = movableClock()
  let loggia: TestLoggia
  let admin: Person
  let count = 0

  before(async () => {
    loggia = await startLoggia({}, { clock })
    admin = await loggia.registerAdmin('root')
  })
  after(() => loggia.close())

  const newcomer = () => loggia.register(`person${count++}`)
  const refresh = (refresh_token: string) =>
    loggia.call('POST', '/api/v1/auth/refresh', { body: { refresh_token } })
  const statusOf = async (token: string) => (await loggia.call('GET', '/api/v1/users/me', { token })).status

  async function refused(refreshToken: string, code: string): Promise<void> {
    const answer = await refresh(refreshToken)
    assert.equal(answer.status, 401)
    assert.equal(answer.body.code, code)
  }

  test('a pair is replaced by a new one, whose access token works and is not fresh', async () => {
    const ana = await newcomer()
    const { status, body } = await refresh(ana.refreshToken)
    assert.equal(status, 200)
    assert.notEqual(body.access_token, ana.token)
    assert.notEqual(body.refresh_token, ana.refreshToken)
    assert.equal(body.user.id, ana.id)
    assert.equal(decodeJwt(body.access_token)['fresh'], false)
    assert.equal(decodeJwt(body.access_token)['sid'], decodeJwt(ana.token)['sid'])
    assert.equal(await statusOf(body.access_token), 200)
  })

  test('each refresh moves the end of the session', async () => {
    const ana = await newcomer()
    advance(SESSION_SECONDS - 60)
    const { body } = await refresh(ana.refreshToken)
    advance(SESSION_SECONDS - 60)
    assert.equal((await refresh(body.refresh_token)).status, 200)
  })

  for (const racers of [2, 20]) {
    test(`${racers} that race with one token get the same one child`, async () => {
      const ana = await newcomer()
      const answers = await Promise.all(Array.from({ length: racers }, () => refresh(ana.refreshToken)))
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
      const children = new Set(answers.map(({ body }) => body.refresh_token))
      assert.equal(children.size, 1)
      assert.equal((await refresh([...children][0])).status, 200)
    })
  }

  test('a repeat within the race window is answered with the same child', async () => {
    const ana = await newcomer()
    const first = await refresh(ana.refreshToken)
    advance(RACE_SECONDS - 1)
    const second = await refresh(ana.refreshToken)
    assert.equal(second.body.refresh_token, first.body.refresh_token)
    assert.equal(await statusOf(second.body.access_token), 200)
  })

  test('a token used again after the race window ends its whole session', async () => {
    const ana = await newcomer()
    const child = (await refresh(ana.refreshToken)).body
    advance(RACE_SECONDS + 1)
    await refused(ana.refreshToken, 'token_reused')
    assert.deepEqual([await statusOf(ana.token), await statusOf(child.access_token)], [401, 401])
    await refused(child.refresh_token, 'token_revoked')
  })

  test('a token used again after its child was used ends its whole session, however early', async () => {
    const ana = await newcomer()
    const child = (await refresh(ana.refreshToken)).body
    const grandchild = (await refresh(child.refresh_token)).body
    await refused(ana.refreshToken, 'token_reused')
    assert.equal(await statusOf(grandchild.access_token), 401)
    await refused(grandchild.refresh_token, 'token_revoked')
  })

  test('a clock that was set back does not widen the race window', async () => {
    const ana = await newcomer()
    advance(7200)
    await refresh(ana.refreshToken)
    advance(-3600)
    await refused(ana.refreshToken, 'token_reused')
    advance(3600)
  })

  test("the end of one session leaves its owner's others alone", async () => {
    const ana = await newcomer()
    const other = await loggia.signIn(ana.username, PASSWORD)
    await refresh(ana.refreshToken)
    advance(RACE_SECONDS + 1)
    await refused(ana.refreshToken, 'token_reused')
    assert.equal(await statusOf(other.token), 200)
  })

  test('a session that nobody refreshed ends at its time', async () => {
    const ana = await newcomer()
    advance(SESSION_SECONDS + 1)
    await refused(ana.refreshToken, 'token_expired')
    admin = await loggia.signIn('root', PASSWORD)
  })

  test('a disabled account cannot refresh, and its tokens rest', async () => {
    const ana = await newcomer()
    const path = `/api/v1/users/${ana.id}`
    await loggia.call('PATCH', path, { token: admin.token, body: { disabled: true } })
    await refused(ana.refreshToken, 'account_disabled')
    const answer = await loggia.call('GET', '/api/v1/users/me', { token: ana.token })
    assert.equal(answer.body.code, 'account_disabled')
    await loggia.call('PATCH', path, { token: admin.token, body: { disabled: false } })
    assert.equal(await statusOf(ana.token), 200)
  })

  test('a signed-out session cannot be refreshed', async () => {
    const ana = await newcomer()
    await loggia.call('POST', '/api/v1/auth/logout', { token: ana.token })
    await refused(ana.refreshToken, 'token_revoked')
  })

  test('the account of a new role is answered with it', async () => {
    const ana = await newcomer()
    const path = `/api/v1/users/${ana.id}`
    await loggia.call('PATCH', path, { token: admin.token, body: { role: 'admin' } })
    const { body } = await refresh(ana.refreshToken)
    assert.equal(decodeJwt(body.access_token)['role'], 'admin')
    assert.equal(body.user.role, 'admin')
  })
})
