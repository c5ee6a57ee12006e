import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { linkToken, mailsTo } from '../support/mails.ts'
import { allStoredText, rowsOfUser } from '../support/stored.ts'

suite('deleting an account', () => {
  let loggia: TestLoggia
  let root: Person
  let count = 0

  before(async () => {
    loggia = await startLoggia()
    root = await loggia.registerAdmin('root')
  })
  after(() => loggia.close())

  const newcomer = (more: object = {}) => loggia.register(`person${count++}`, more)
  const remove = ({ id }: { id: number }, token: string) =>
    loggia.call('DELETE', `/api/v1/users/${id}`, { token })
  const call = (method: string, path: string, { token }: Person, body: object) =>
    loggia.call(method, `/api/v1/${path}`, { token, body })

  test('everything that was theirs goes, from every table and from the disk', async () => {
    const email = 'leaver@example.org'
    const ana = await newcomer({ email, gender: 'a gender of her own' })
    await loggia.call('PATCH', `/api/v1/users/${ana.id}`, { token: root.token, body: { role: 'admin' } })
    await loggia.signIn(ana.username, PASSWORD)
    await call('POST', 'auth/password/forgot', ana, { email })
    await call('POST', 'tasks', ana, { text: 'a task of her own' })
    await call('POST', 'auth/keys', ana, { name: 'a key of her own', scopes: ['queue:push'] })
    await call('POST', 'stores', ana, { name: 'a store of her own', currency: 'EUR' })
    await call('POST', 'documents', ana, { template: 'tasks', subject_id: ana.id })
    await call('POST', `users/${ana.id}/stats/increments`, ana, { victory_count: 1 })
    await loggia.drain()
    const files = () => globSync('**/*.pdf', { cwd: loggia.dataDir })
    const kept = await rowsOfUser(loggia.dataDir, ana.id)
    const expected = ['api_keys', 'credentials', 'documents', 'mails', 'one_time_tokens', 'sessions']
    for (const table of [...expected, 'stores', 'tasks', 'user_stats']) {
      assert.ok(
        Object.keys(kept).some((column) => column.startsWith(`${table}.`)),
        `nothing in ${table}`,
      )
    }
    assert.equal(files().length, 1)

    assert.equal((await remove(ana, ana.token)).status, 204)
    await loggia.drain()
    assert.deepEqual(await rowsOfUser(loggia.dataDir, ana.id), {})
    assert.deepEqual(files(), [])
    const left = await allStoredText(loggia.dataDir)
    for (const trace of [email, ana.username, 'of her own']) assert.ok(!left.includes(trace), trace)
  })

  test('their tokens and links are refused at once', async () => {
    const ana = await newcomer({ email: 'gone@example.org' })
    const [welcome] = await mailsTo(loggia, root.token, 'gone@example.org')
    await remove(ana, ana.token)
    const me = await loggia.call('GET', '/api/v1/users/me', { token: ana.token })
    assert.deepEqual([me.status, me.body.code], [401, 'account_deleted'])
    const refreshed = await call('POST', 'auth/refresh', ana, { refresh_token: ana.refreshToken })
    assert.equal(refreshed.status, 401)
    const login = await call('POST', 'auth/login', ana, { username: ana.username, password: PASSWORD })
    assert.equal(login.status, 401)
    const token = linkToken(welcome, 'verify')
    assert.equal((await call('POST', 'auth/email/verify', ana, { token })).status, 422)
  })

  test('its name and address are free again, but its id never', async () => {
    const taken = { email: 'again@example.org' }
    const ana = await loggia.register('again', taken)
    await remove(ana, ana.token)
    const other = await loggia.register('again', taken)
    assert.ok(other.id > ana.id)
    assert.equal((await loggia.call('GET', `/api/v1/users/${ana.id}`, { token: root.token })).status, 404)
    assert.equal((await loggia.call('GET', '/api/v1/users/me', { token: ana.token })).status, 401)
    assert.equal((await loggia.call('GET', '/api/v1/users/me', { token: other.token })).body.id, other.id)
  })

  test('a refreshed token is not enough', async () => {
    const ana = await newcomer()
    const { body } = await call('POST', 'auth/refresh', ana, { refresh_token: ana.refreshToken })
    const refused = await remove(ana, body.access_token)
    assert.deepEqual([refused.status, refused.body.code], [401, 'fresh_token_required'])
    assert.equal((await loggia.signIn(ana.username, PASSWORD)).id, ana.id)
  })

  test('an administrator deletes anybody, somebody else nobody', async () => {
    const [ana, ben] = [await newcomer(), await newcomer()]
    assert.equal((await remove(ana, ben.token)).status, 403)
    assert.equal((await remove(ana, root.token)).status, 204)
    assert.equal((await remove(ana, root.token)).status, 404)
  })

  test('a key that was asked for while they were deleted is not made', async () => {
    const ana = await loggia.registerAdmin(`person${count++}`)
    const body = { name: 'Late', scopes: ['queue:push'] }
    const asking = Array.from({ length: 8 }, () => call('POST', 'auth/keys', ana, body))
    const [gone, ...answers] = await Promise.all([remove(ana, ana.token), ...asking])
    assert.equal(gone.status, 204)
    assert.ok(answers.every(({ status }) => [201, 401, 404].includes(status)))
    assert.deepEqual(await rowsOfUser(loggia.dataDir, ana.id), {})
  })

  test('a sign-in that was overtaken by the deletion leaves nothing and is told why', async () => {
    const ana = await newcomer()
    const body = { username: ana.username, password: PASSWORD }
    const logins = Array.from({ length: 8 }, () => call('POST', 'auth/login', ana, body))
    const [{ status }, ...answers] = await Promise.all([remove(ana, ana.token), ...logins])
    assert.equal(status, 204)
    assert.ok(answers.every((answer) => answer.status === 200 || answer.status === 401))
    assert.deepEqual(await rowsOfUser(loggia.dataDir, ana.id), {})
  })
})

suite('the last administrator', () => {
  const attempts: [what: string, method: string, body: object | undefined][] = [
    ['be demoted', 'PATCH', { role: 'user' }],
    ['be disabled', 'PATCH', { disabled: true }],
    ['be deleted', 'DELETE', undefined],
  ]
  for (const [what, method, body] of attempts) {
    test(`cannot ${what}, until there is another`, async () => {
      const loggia = await startLoggia()
      const root = await loggia.registerAdmin('root')
      const disabled = await loggia.registerAdmin('disabled')
      const path = `/api/v1/users/${root.id}`
      await loggia.call('PATCH', `/api/v1/users/${disabled.id}`, {
        token: root.token,
        body: { disabled: true },
      })
      const refused = await loggia.call(method, path, { token: root.token, body })
      const still = await loggia.call('GET', path, { token: root.token })
      await loggia.registerAdmin('other')
      const done = await loggia.call(method, path, { token: root.token, body })
      await loggia.close()
      assert.deepEqual([refused.status, refused.body.code], [409, 'last_admin'])
      assert.deepEqual([still.body.role, still.body.disabled], ['admin', false])
      assert.ok(done.status < 300)
    })
  }

  test('stays when all of them demote one another at the same moment', async () => {
    const loggia = await startLoggia()
    const admins = await Promise.all(['one', 'two', 'three'].map(loggia.registerAdmin))
    await Promise.all(
      admins.map(({ token }, index) => {
        const { id = 0 } = admins[(index + 1) % admins.length] ?? {}
        return loggia.call('PATCH', `/api/v1/users/${id}`, { token, body: { role: 'user' } })
      }),
    )
    const { body } = await loggia.call('GET', '/api/v1/users', { token: admins[0]?.token ?? '' })
    await loggia.close()
    assert.ok(body.items.some(({ role }: { role: string }) => role === 'admin'))
  })
})
