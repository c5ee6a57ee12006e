import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('users', () => {
  let loggia: TestLoggia
  let root: Person
  let ana: Person
  let ben: Person
  let count = 0

  before(async () => {
    loggia = await startLoggia()
    root = await loggia.registerAdmin('root')
    ana = await loggia.register('ana', { email: 'ana@example.org', gender: 'female' })
    ben = await loggia.register('ben', { email: 'ben@example.org' })
  })
  after(() => loggia.close())

  const pathOf = ({ id }: Person) => `/api/v1/users/${id}`
  const get = (person: Person, by: Person) => loggia.call('GET', pathOf(person), { token: by.token })
  const patch = (person: Person, by: Person, body: object, headers = {}) =>
    loggia.call('PATCH', pathOf(person), { token: by.token, body, headers })
  const newcomer = (more: object = {}) => loggia.register(`person${count++}`, more)

  const personal = ['email', 'email_verified', 'given_name', 'family_name']
  const readers: [who: string, by: () => Person, shown: string[]][] = [
    ['their owner', () => ana, personal],
    ['an administrator', () => root, [...personal, 'disabled']],
    ['anybody else', () => ben, []],
  ]
  for (const [who, by, shown] of readers) {
    test(`${who} sees of somebody ${shown.join(', ') || 'nothing personal'}`, async () => {
      const list = await loggia.call('GET', '/api/v1/users?limit=100', { token: by().token })
      const listed = list.body.items.find(({ id }: { id: number }) => id === ana.id)
      const single = (await get(ana, by())).body
      const open = ['id', 'username', 'gender', 'profile_pic', 'role', 'created_at', 'self', 'stats']
      for (const seen of [listed, single])
        assert.deepEqual(Object.keys(seen).sort(), [...open, ...shown].sort())
      assert.ok(shown.length > 0 || !JSON.stringify(list.body).includes('ana@example.org'))
    })
  }

  test('a list pages through everybody once, by id', async () => {
    const seen: number[] = []
    let cursor = ''
    do {
      const { body } = await loggia.call('GET', `/api/v1/users?limit=2${cursor}`, { token: ana.token })
      seen.push(...body.items.map(({ id }: { id: number }) => id))
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
    } while (cursor !== '')
    assert.deepEqual(
      seen,
      [...new Set(seen)].sort((one, other) => one - other),
    )
    assert.ok([root.id, ana.id, ben.id].every((id) => seen.includes(id)))
  })

  test('a person changes what they wrote of themselves', async () => {
    const eva = await newcomer()
    const change = { username: 'Éva', email: 'eva@example.org', gender: 'other', locale: 'es' }
    const { status, body } = await patch(eva, eva, change)
    assert.equal(status, 200)
    const { username, email, gender, email_verified } = body
    assert.deepEqual(
      { username, email, gender, email_verified },
      { username: 'Éva', email: 'eva@example.org', gender: 'other', email_verified: false },
    )
    assert.deepEqual((await get(eva, eva)).body, body)
    assert.equal((await loggia.signIn('éva', eva.password)).id, eva.id)
  })

  test('a member that is left out stays, one that is null goes', async () => {
    const eva = await newcomer({ email: 'eva2@example.org', gender: 'female' })
    const { body } = await patch(eva, eva, { email: null })
    assert.deepEqual([body.email, body.gender], [null, 'female'])
  })

  test('put replaces: what is left out is unset, but not the role', async () => {
    const boss = await loggia.registerAdmin(`boss${count++}`)
    await patch(boss, boss, { gender: 'female', email: 'boss@example.org' })
    const body = { username: 'The boss' }
    const replaced = await loggia.call('PUT', pathOf(boss), { token: boss.token, body })
    assert.equal(replaced.status, 200)
    const { username, email, gender, role } = replaced.body
    assert.deepEqual(
      { username, email, gender, role },
      { username: 'The boss', email: null, gender: null, role: 'admin' },
    )
  })

  test('a new name is on what its bearer makes from then on', async () => {
    const eva = await newcomer()
    await patch(eva, eva, { username: 'renamed' })
    const made = await loggia.call('POST', '/api/v1/tasks', { token: eva.token, body: { text: 'x' } })
    assert.equal(made.body.author, 'renamed')
  })

  const refusals: [why: string, body: object, status: number, code: string][] = [
    ['a name that is taken', { username: 'BEN' }, 409, 'username_taken'],
    ['an address that is taken', { email: 'Ben@Example.org' }, 409, 'email_taken'],
    ["somebody's address as a name", { username: 'ben@example.org' }, 409, 'username_taken'],
    ['a role', { role: 'admin' }, 403, 'role_missing'],
    ['to be disabled', { disabled: true }, 403, 'role_missing'],
    ['nothing', {}, 422, 'validation_failed'],
    ['an id', { id: 1 }, 422, 'validation_failed'],
    ['a password', { password: 'something new' }, 422, 'validation_failed'],
    ['no name', { username: null }, 422, 'validation_failed'],
    ['a name that nobody sees', { username: '\u3164' }, 422, 'validation_failed'],
    ['an unknown language', { locale: 'xx' }, 422, 'validation_failed'],
    ['a gender of two lines', { gender: 'a\nb' }, 422, 'validation_failed'],
  ]
  for (const [why, body, status, code] of refusals) {
    test(`refused to a person about themselves: ${why}`, async () => {
      const before = (await get(ana, ana)).body
      const refused = await patch(ana, ana, body)
      assert.deepEqual([refused.status, refused.body.code], [status, code])
      assert.deepEqual((await get(ana, ana)).body, before)
    })
  }

  const strangers: [method: string, suffix: string, body: object | undefined, status: number][] = [
    ['PATCH', '', { gender: 'other' }, 403],
    ['PUT', '', { username: 'other' }, 403],
    ['DELETE', '', undefined, 403],
    ['GET', '/stats', undefined, 404],
    ['PATCH', '/stats', { victory_count: 1 }, 404],
    ['PUT', '/stats', { session_count: 1, victory_count: 1, loss_count: 1, total_time: 1 }, 404],
    ['POST', '/stats/increments', { victory_count: 1 }, 404],
  ]
  for (const [method, suffix, body, status] of strangers) {
    test(`refused to anybody else: ${method} users/{id}${suffix}`, async () => {
      const refused = await loggia.call(method, `${pathOf(ana)}${suffix}`, { token: ben.token, body })
      assert.equal(refused.status, status)
      assert.equal((await get(ana, ana)).body.gender, 'female')
    })
    test(`refused without a token: ${method} users/{id}${suffix}`, async () => {
      assert.equal((await loggia.call(method, `${pathOf(ana)}${suffix}`, { body })).status, 401)
    })
  }

  test('an administrator gives and takes roles, at once', async () => {
    const eva = await newcomer()
    const mails = () => loggia.call('GET', '/api/v1/mails', { token: eva.token })
    assert.equal((await mails()).status, 403)
    await patch(eva, root, { role: 'admin' })
    assert.equal((await mails()).status, 200)
    await patch(eva, root, { role: 'user' })
    assert.equal((await mails()).status, 403)
  })

  test('a disabled account is out at once, and in again when enabled', async () => {
    const eva = await newcomer()
    assert.equal((await patch(eva, root, { disabled: true })).body.disabled, true)
    assert.equal((await get(eva, eva)).body.code, 'account_disabled')
    await patch(eva, root, { disabled: false })
    assert.equal((await get(eva, eva)).status, 200)
  })

  test('of two changes to one state the later is refused', async () => {
    const eva = await newcomer()
    const etag = String((await get(eva, eva)).headers.get('etag'))
    const first = await patch(eva, eva, { gender: 'one' }, { 'if-match': etag })
    const second = await patch(eva, eva, { gender: 'two' }, { 'if-match': etag })
    assert.deepEqual([first.status, second.status], [200, 412])
    assert.equal(first.headers.get('etag'), (await get(eva, eva)).headers.get('etag'))
    assert.equal((await get(eva, eva)).body.gender, 'one')
  })
})

test('people may change and go while there is no administrator yet', async () => {
  const loggia = await startLoggia()
  const ana = await loggia.register('ana')
  const path = `/api/v1/users/${ana.id}`
  const changed = await loggia.call('PATCH', path, { token: ana.token, body: { gender: 'other' } })
  const gone = await loggia.call('DELETE', path, { token: ana.token })
  await loggia.close()
  assert.deepEqual([changed.status, gone.status], [200, 204])
})
