import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { linkToken, mailsTo } from '../support/mails.ts'
import { allStoredText, stored } from '../support/stored.ts'

const NEW = 'another password'

suite('passwords', () => {
  const { clock, advance } = movableClock()
  let loggia: TestLoggia
  let admin: Person
  let count = 0

  before(async () => {
    loggia = await startLoggia({}, { clock })
    admin = await loggia.registerAdmin('root')
  })
  after(() => loggia.close())

  async function newcomer(): Promise<Person & { email: string }> {
    const email = `person${count++}@example.org`
    return { ...(await loggia.register(`person of ${email}`, { email })), email }
  }
  const change = (token: string, current_password: string, new_password = NEW) =>
    loggia.call('PUT', '/api/v1/auth/password', { token, body: { current_password, new_password } })
  const forgot = (email: string) => loggia.call('POST', '/api/v1/auth/password/forgot', { body: { email } })
  const reset = (token: string, new_password = NEW) =>
    loggia.call('POST', '/api/v1/auth/password/reset', { body: { token, new_password } })
  const login = async (username: string, password: string) =>
    (await loggia.call('POST', '/api/v1/auth/login', { body: { username, password } })).status
  const statusOf = async ({ token }: Person) =>
    (await loggia.call('GET', '/api/v1/users/me', { token })).status
  const resets = async (email: string) => {
    const { token } = await loggia.signIn(admin.username, PASSWORD)
    return (await mailsTo(loggia, token, email)).filter(({ template }) => template === 'password_reset')
  }
  async function resetLink(email: string): Promise<string> {
    await forgot(email)
    return linkToken((await resets(email))[0], 'reset')
  }

  test('a change ends the other sessions; this one lives, and the old password is gone', async () => {
    const ana = await newcomer()
    const other = await loggia.signIn(ana.username, PASSWORD)
    assert.equal((await change(ana.token, PASSWORD)).status, 204)
    assert.deepEqual([await statusOf(ana), await statusOf(other)], [200, 401])
    assert.deepEqual([await login(ana.username, PASSWORD), await login(ana.username, NEW)], [401, 200])
  })

  test('a wrong current password changes nothing, and ten of them are enough', async () => {
    const ana = await newcomer()
    for (let tries = 0; tries < 10; tries += 1) {
      const refused = await change(ana.token, 'wrong')
      assert.equal(refused.status, 401)
      assert.equal(refused.body.code, 'credentials_wrong')
    }
    assert.equal((await change(ana.token, PASSWORD)).status, 429)
    assert.equal(await statusOf(ana), 200)
  })

  test('a refreshed token cannot change it', async () => {
    const ana = await newcomer()
    const body = { refresh_token: ana.refreshToken }
    const refreshed = (await loggia.call('POST', '/api/v1/auth/refresh', { body })).body
    const refused = await change(refreshed.access_token, PASSWORD)
    assert.equal(refused.status, 401)
    assert.equal(refused.body.code, 'fresh_token_required')
    assert.match(refused.headers.get('www-authenticate') ?? '', /insufficient_user_authentication/)
  })

  for (const password of ['short', 'x'.repeat(257)]) {
    test(`a new password of ${password.length} characters is refused`, async () => {
      const ana = await newcomer()
      const refused = await change(ana.token, PASSWORD, password)
      assert.equal(refused.status, 422)
      assert.equal(refused.body.errors[0].pointer, '/new_password')
    })
  }

  test('of two changes at the same moment one is refused', async () => {
    const ana = await newcomer()
    const other = await loggia.signIn(ana.username, PASSWORD)
    const changes = [change(ana.token, PASSWORD, 'first password'), change(other.token, PASSWORD, NEW)]
    const statuses = (await Promise.all(changes)).map(({ status }) => status).sort()
    assert.deepEqual(statuses, [204, 401])
  })

  test('a forgotten password is set anew by the link, once, and every session ends', async () => {
    const ana = await newcomer()
    const token = await resetLink(ana.email)
    assert.equal((await reset(token)).status, 204)
    assert.equal(await statusOf(ana), 401)
    assert.deepEqual([await login(ana.username, PASSWORD), await login(ana.username, NEW)], [401, 200])
    const again = await reset(token, 'yet another password')
    assert.equal(again.status, 422)
    assert.equal(again.body.code, 'link_invalid')
    assert.equal(await login(ana.username, NEW), 200)
  })

  test('a link used twice at the same moment works once', async () => {
    const ana = await newcomer()
    const token = await resetLink(ana.email)
    const statuses = (await Promise.all([reset(token), reset(token)])).map(({ status }) => status)
    assert.deepEqual(statuses.sort(), [204, 422])
  })

  test('an unknown address is answered the same, and gets nothing', async () => {
    const ana = await newcomer()
    const [known, unknown] = [await forgot(ana.email), await forgot('stranger@example.org')]
    assert.equal(unknown.status, 202)
    assert.deepEqual(unknown.body, known.body)
    assert.equal((await resets('stranger@example.org')).length, 0)
    assert.equal((await resets(ana.email)).length, 1)
  })

  test('however often it is asked for, three mails leave in an hour', async () => {
    const ana = await newcomer()
    const spellings = [ana.email, ana.email.toUpperCase(), ana.email, ana.email, ana.email]
    const statuses = (await Promise.all(spellings.map(forgot))).map(({ status }) => status)
    assert.deepEqual(statuses, [202, 202, 202, 202, 202])
    assert.equal((await resets(ana.email)).length, 3)
    advance(3601)
    await forgot(ana.email)
    assert.equal((await resets(ana.email)).length, 4)
  })

  test('a newer link ends the older one', async () => {
    const ana = await newcomer()
    const [older, newer] = [await resetLink(ana.email), await resetLink(ana.email)]
    assert.equal((await reset(older)).status, 422)
    assert.equal((await reset(newer)).status, 204)
  })

  test('a link is good for an hour', async () => {
    const ana = await newcomer()
    const token = await resetLink(ana.email)
    advance(3601)
    assert.equal((await reset(token)).status, 422)
    assert.equal(await login(ana.username, PASSWORD), 200)
  })

  test('a link to an address that the account left behind is dead', async () => {
    const ana = await newcomer()
    const token = await resetLink(ana.email)
    const fresh = await loggia.signIn(ana.username, PASSWORD)
    const body = { email: 'elsewhere@example.org' }
    await loggia.call('PATCH', `/api/v1/users/${ana.id}`, { token: fresh.token, body })
    assert.equal((await reset(token)).status, 422)
    assert.equal(await login(ana.username, PASSWORD), 200)
  })

  test('a changed password ends a link that is out', async () => {
    const ana = await newcomer()
    const token = await resetLink(ana.email)
    const fresh = await loggia.signIn(ana.username, PASSWORD)
    await change(fresh.token, PASSWORD)
    assert.equal((await reset(token, 'yet another password')).status, 422)
    assert.equal(await login(ana.username, NEW), 200)
  })

  test('a disabled account gets no link', async () => {
    const ana = await newcomer()
    const { token } = await loggia.signIn(admin.username, PASSWORD)
    await loggia.call('PATCH', `/api/v1/users/${ana.id}`, { token, body: { disabled: true } })
    await forgot(ana.email)
    assert.equal((await resets(ana.email)).length, 0)
  })

  test('the secret of a link is kept only as a hash outside of the mail itself', async () => {
    const ana = await newcomer()
    const token = await resetLink(ana.email)
    const kept = await stored(loggia.dataDir, 'select * from one_time_tokens')
    assert.ok(!JSON.stringify(kept).includes(token))
    const hits = (await allStoredText(loggia.dataDir)).split(token).length - 1
    const mails = JSON.stringify(await stored(loggia.dataDir, 'select * from mails')).split(token).length - 1
    assert.equal(hits, mails)
  })
})
