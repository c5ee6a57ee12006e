import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { linkToken, mailsTo } from '../support/mails.ts'
import { allStoredText } from '../support/stored.ts'

const VERIFY = '/api/v1/auth/email/verify'

suite('registration', () => {
  const { clock, advance } = movableClock()
  let loggia: TestLoggia
  let admin: Person

  before(async () => {
    loggia = await startLoggia({}, { clock })
    admin = await loggia.registerAdmin('root')
  })
  after(() => loggia.close())

  const register = (body: object) =>
    loggia.call('POST', '/api/v1/auth/register', { body: { password: PASSWORD, ...body } })
  const verify = (token: string) => loggia.call('POST', VERIFY, { body: { token } })
  const me = async (token: string) => (await loggia.call('GET', '/api/v1/users/me', { token })).body

  test('a newcomer is answered with their profile and tokens that work', async () => {
    const { status, body } = await register({ username: 'ana', email: 'ana@example.org', gender: 'female' })
    assert.equal(status, 201)
    assert.equal(body.token_type, 'Bearer')
    assert.equal(body.expires_in, 900)
    assert.deepEqual(await me(body.access_token), {
      ...body.user,
      username: 'ana',
      email: 'ana@example.org',
      gender: 'female',
      role: 'user',
    })
  })

  test('the password is nowhere in the file', async () => {
    await register({ username: 'secretive', password: 'a password that is nowhere' })
    assert.doesNotMatch(await allStoredText(loggia.dataDir), /a password that is nowhere/)
  })

  test('one welcome lies in the mail list, and its link confirms the address once', async () => {
    const ben = await loggia.register('ben', { email: 'ben@example.org' })
    const mails = await mailsTo(loggia, admin.token, 'ben@example.org')
    assert.deepEqual(
      mails.map(({ template, state }) => [template, state]),
      [['welcome', 'kept']],
    )
    assert.equal((await me(ben.token)).email_verified, false)
    const token = linkToken(mails[0], 'verify')
    assert.equal((await verify(token)).status, 204)
    assert.equal((await me(ben.token)).email_verified, true)
    const again = await verify(token)
    assert.equal(again.status, 422)
    assert.equal(again.body.code, 'link_invalid')
  })

  test('a link confirms only the address that it was sent to', async () => {
    const eva = await loggia.register('eva', { email: 'eva@example.org' })
    const [welcome] = await mailsTo(loggia, admin.token, 'eva@example.org')
    const path = `/api/v1/users/${eva.id}`
    await loggia.call('PATCH', path, { token: eva.token, body: { email: 'eva@elsewhere.org' } })
    assert.equal((await verify(linkToken(welcome, 'verify'))).status, 422)
    assert.equal((await me(eva.token)).email_verified, false)
  })

  test('a changed address is no longer confirmed', async () => {
    const ida = await loggia.register('ida', { email: 'ida@example.org' })
    const [welcome] = await mailsTo(loggia, admin.token, 'ida@example.org')
    await verify(linkToken(welcome, 'verify'))
    const path = `/api/v1/users/${ida.id}`
    await loggia.call('PATCH', path, { token: ida.token, body: { email: 'ida@elsewhere.org' } })
    assert.equal((await me(ida.token)).email_verified, false)
  })

  test('a new link ends the one before', async () => {
    const leo = await loggia.register('leo', { email: 'leo@example.org' })
    const again = await loggia.call('POST', '/api/v1/auth/email/verification', { token: leo.token })
    assert.equal(again.status, 204)
    const [newer, older] = await mailsTo(loggia, admin.token, 'leo@example.org')
    assert.equal((await verify(linkToken(older, 'verify'))).status, 422)
    assert.equal((await verify(linkToken(newer, 'verify'))).status, 204)
  })

  test('a link is good for three days', async () => {
    await loggia.register('tom', { email: 'tom@example.org' })
    const [welcome] = await mailsTo(loggia, admin.token, 'tom@example.org')
    advance(3 * 24 * 3600 + 1)
    assert.equal((await verify(linkToken(welcome, 'verify'))).status, 422)
    admin = await loggia.signIn('root', PASSWORD)
  })

  test('nobody can have a stranger mailed more than three times an hour', async () => {
    const mia = await loggia.register('mia', { email: 'mia@example.org' })
    const ask = () => loggia.call('POST', '/api/v1/auth/email/verification', { token: mia.token })
    const statuses = [await ask(), await ask(), await ask(), await ask()].map(({ status }) => status)
    assert.deepEqual(statuses, [204, 204, 204, 429])
    assert.equal((await mailsTo(loggia, admin.token, 'mia@example.org')).length, 4)
  })

  test('without an address there is no mail and no confirmation', async () => {
    const max = await loggia.register('max')
    const refused = await loggia.call('POST', '/api/v1/auth/email/verification', { token: max.token })
    assert.equal(refused.status, 409)
    assert.equal(refused.body.code, 'email_missing')
  })

  test('of two that take one name at the same moment, one gets it', async () => {
    for (let round = 0; round < 5; round += 1) {
      const bodies = [{ username: `twin${round}` }, { username: `TWIN${round}` }]
      const statuses = (await Promise.all(bodies.map(register))).map(({ status }) => status)
      assert.deepEqual(statuses.sort(), [201, 409])
    }
  })

  test('a registration that failed leaves no mail behind', async () => {
    await register({ username: 'ana', email: 'nobody@example.org' })
    assert.deepEqual(await mailsTo(loggia, admin.token, 'nobody@example.org'), [])
  })

  test('a repeat with the same Idempotency-Key is answered the same, and makes nobody', async () => {
    const body = { username: 'kim', password: PASSWORD, email: 'kim@example.org' }
    const call = { body, headers: { 'idempotency-key': 'register-kim' } }
    const first = await loggia.call('POST', '/api/v1/auth/register', call)
    const second = await loggia.call('POST', '/api/v1/auth/register', call)
    assert.deepEqual([first.status, second.status], [201, 201])
    assert.deepEqual(second.body, first.body)
    assert.equal((await mailsTo(loggia, admin.token, 'kim@example.org')).length, 1)
  })
})

test('the very first request may be a registration with an Idempotency-Key', async () => {
  const loggia = await startLoggia()
  const call = { body: { username: 'ana', password: PASSWORD }, headers: { 'idempotency-key': 'first' } }
  const first = await loggia.call('POST', '/api/v1/auth/register', call)
  const second = await loggia.call('POST', '/api/v1/auth/register', call)
  await loggia.close()
  assert.equal(first.status, 201)
  assert.deepEqual(second.body, first.body)
})
