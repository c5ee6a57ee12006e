import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Answer, Call } from '../support/call.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'

const ALICE = { username: 'alice', password: 'S3curePass!x', email: 'a@ex.ru' }
const BOB = { username: 'bob', password: 'An0ther!pass', email: 'b@ex.ru' }

suite('the tasks API of others', () => {
  let loggia: TestLoggia
  let alice: { access: string; refresh: string }
  let bob: { access: string; refresh: string }

  const call = (method: string, path: string, { token, headers, ...more }: Call = {}): Promise<Answer> =>
    loggia.call(method, `/compat/tasks/api/v1${path}`, {
      ...more,
      headers: { ...(token === undefined ? {} : { authorization: `Token ${token}` }), ...headers },
    })
  const signIn = async ({ username, password }: typeof ALICE) =>
    (await call('POST', '/login/', { body: { username, password } })).body
  const mine = (method: string, path: string, body?: unknown) =>
    call(method, path, { token: alice.access, ...(body === undefined ? {} : { body }) })
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

  let registered: Answer
  before(async () => {
    loggia = await startLoggia()
    registered = await call('POST', '/register/', { body: ALICE })
    await call('POST', '/register/', { body: BOB })
    alice = await signIn(ALICE)
    bob = await signIn(BOB)
  })
  after(() => loggia.close())

  test('registering answers with the name and the address', () => {
    assert.equal(registered.status, 201)
    assert.deepEqual(registered.body, { username: 'alice', email: 'a@ex.ru' })
  })

  const required = ['This field is required.']
  const invalidName =
    'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.'
  for (const [what, body, fields] of [
    [
      'what is taken',
      ALICE,
      { username: ['A user with that username already exists.'], email: ['This field must be unique.'] },
    ],
    [
      'a name that is taken in other case',
      { ...ALICE, username: 'ALICE', email: 'c@ex.ru' },
      { username: ['A user with that username already exists.'] },
    ],
    [
      'a short password',
      { username: 'carl', password: 'string', email: 'ex@ex.ru' },
      { password: ['This password is too short. It must contain at least 8 characters.'] },
    ],
    [
      'a password of digits',
      { username: 'carl', password: '1234', email: 'ex@ex.ru' },
      {
        password: [
          'This password is too short. It must contain at least 8 characters.',
          'This password is too common.',
          'This password is entirely numeric.',
        ],
      },
    ],
    [
      'a password that everybody tries',
      { username: 'carl', password: 'PassWord1', email: 'ex@ex.ru' },
      { password: ['This password is too common.'] },
    ],
    ['nothing', {}, { username: required, password: required, email: required }],
    [
      'blanks',
      { username: ' ', password: BOB.password, email: null },
      { username: ['This field may not be blank.'], email: ['This field may not be null.'] },
    ],
    [
      'a name with a space and no address',
      { username: 'a b', password: BOB.password, email: 'nope' },
      { username: [invalidName], email: ['Enter a valid email address.'] },
    ],
    [
      'a name too long',
      { username: 'x'.repeat(151), password: BOB.password, email: 'x@ex.ru' },
      { username: ['Ensure this field has no more than 150 characters.'] },
    ],
    ['a list', [], { non_field_errors: ['Invalid data. Expected a dictionary, but got list.'] }],
  ] as const) {
    test(`registering with ${what} is 400, told by field`, async () => {
      const answer = await call('POST', '/register/', { body })
      assert.equal(answer.status, 400)
      assert.deepEqual(answer.body, fields)
    })
  }

  test('tokens live for a day and for fifteen', () => {
    const [access, refresh] = [claimsOf(alice.access), claimsOf(alice.refresh)]
    assert.equal(access.exp - access.iat, 86_400)
    assert.equal(refresh.exp - refresh.iat, 1_296_000)
  })

  test('a wrong password is told as nobody', async () => {
    const { status, body } = await call('POST', '/login/', { body: { ...ALICE, password: 'wrong pass' } })
    assert.equal(status, 401)
    assert.deepEqual(body, { detail: 'No active account found with the given credentials' })
  })

  test('signing in without a password is 400', async () => {
    const { status, body } = await call('POST', '/login/', { body: { username: 'alice' } })
    assert.equal(status, 400)
    assert.deepEqual(body, { password: required })
  })

  for (const [what, headers, body] of [
    ['none', {}, { detail: 'Authentication credentials were not provided.' }],
    [
      'another word',
      { authorization: 'Bearer x' },
      { detail: 'Authentication credentials were not provided.' },
    ],
    [
      'one word',
      { authorization: 'Token' },
      {
        detail: 'Authorization header must contain two space-delimited values',
        code: 'bad_authorization_header',
      },
    ],
    [
      'three words',
      { authorization: 'Token a b' },
      {
        detail: 'Authorization header must contain two space-delimited values',
        code: 'bad_authorization_header',
      },
    ],
  ] as const) {
    test(`a header with ${what} is 401`, async () => {
      const answer = await call('GET', '/tasks/', { headers })
      assert.equal(answer.status, 401)
      assert.equal(answer.headers.get('www-authenticate'), 'Token realm="api"')
      assert.deepEqual(answer.body, body)
    })
  }

  test('a live token behind another word is 401', async () => {
    const { status } = await call('GET', '/tasks/', { headers: { authorization: `Bearer ${alice.access}` } })
    assert.equal(status, 401)
  })

  for (const [what, token, message] of [
    ['no token', () => 'bad', 'Token is invalid or expired'],
    ['a refresh token', () => alice.refresh, 'Token has wrong type'],
  ] as const) {
    test(`${what} for a token is 401 with its code`, async () => {
      const { status, body } = await call('GET', '/tasks/', { token: token() })
      assert.equal(status, 401)
      assert.deepEqual(body, {
        detail: 'Given token not valid for any token type',
        code: 'token_not_valid',
        messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
      })
    })
  }

  test('a task is made by its text alone, for its author', async () => {
    const { status, body } = await mine('POST', '/tasks/', { text: 'hello', author: 'bob', id: 77 })
    assert.equal(status, 201)
    assert.deepEqual(Object.keys(body).sort(), ['author', 'id', 'pub_date', 'text'])
    assert.equal(body.author, 'alice')
    assert.notEqual(body.id, 77)
    assert.match(body.pub_date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    assert.deepEqual((await mine('GET', `/tasks/${body.id}/`)).body, body)
  })

  for (const [what, body, messages] of [
    ['no text', {}, required],
    ['an empty text', { text: '' }, ['This field may not be blank.']],
    ['spaces', { text: '   ' }, ['This field may not be blank.']],
    ['201 characters', { text: 'x'.repeat(201) }, ['Ensure this field has no more than 200 characters.']],
    ['a truth value', { text: true }, ['Not a valid string.']],
    ['null', { text: null }, ['This field may not be null.']],
    ['a NUL', { text: 'a\0b' }, ['Null characters are not allowed.']],
    ['half a character', { text: 'a\ud800' }, ['Not a valid string.']],
  ] as const) {
    test(`a task with ${what} is 400`, async () => {
      const answer = await mine('POST', '/tasks/', body)
      assert.equal(answer.status, 400)
      assert.deepEqual(answer.body, { text: messages })
    })
  }

  for (const [type, body] of [
    ['application/x-www-form-urlencoded', 'text=from+a+form'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nfrom a form\r\n--x--\r\n',
    ],
  ] as const) {
    test(`a task may come as ${type}`, async () => {
      const answer = await call('POST', '/tasks/', {
        token: alice.access,
        body,
        headers: { 'content-type': type },
      })
      assert.equal(answer.status, 201)
      assert.equal(answer.body.text, 'from a form')
    })
  }

  test('a number becomes text and spaces at the ends go', async () => {
    const number = await mine('POST', '/tasks/', { text: 15 })
    const spaced = await mine('POST', '/tasks/', { text: '  hello ' })
    assert.deepEqual([number.body.text, spaced.body.text], ['15', 'hello'])
  })

  test('the tasks of others are not there', async () => {
    const { body: task } = await mine('POST', '/tasks/', { text: 'private' })
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { text: 'x' }],
      ['PATCH', { text: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await call(method, `/tasks/${task.id}/`, { token: bob.access, body })
      assert.equal(answer.status, 404, method)
      assert.deepEqual(answer.body, { detail: 'Not found.' })
    }
    assert.deepEqual((await call('GET', '/tasks/', { token: bob.access })).body, [])
    assert.equal((await mine('GET', `/tasks/${task.id}/`)).body.text, 'private')
  })

  test('a change is seen at once, and what is deleted is gone', async () => {
    const { body: task } = await mine('POST', '/tasks/', { text: 'first' })
    const empty = await mine('PUT', `/tasks/${task.id}/`, {})
    const same = await mine('PATCH', `/tasks/${task.id}/`, {})
    const text = await mine('PATCH', `/tasks/${task.id}/`, '"second"')
    const put = await mine('PUT', `/tasks/${task.id}/`, { text: 'second' })
    const listed = await mine('GET', '/tasks/')
    const deleted = await mine('DELETE', `/tasks/${task.id}/`)
    const gone = await mine('GET', `/tasks/${task.id}/`)
    assert.deepEqual([empty.status, empty.body], [400, { text: required }])
    assert.deepEqual([same.status, same.body], [200, task])
    assert.deepEqual(
      [text.status, text.body],
      [400, { non_field_errors: ['Invalid data. Expected a dictionary, but got str.'] }],
    )
    assert.deepEqual([put.status, put.body], [200, { ...task, text: 'second' }])
    assert.ok(listed.body.some(({ text }: { text: string }) => text === 'second'))
    assert.deepEqual([deleted.status, deleted.body], [204, ''])
    assert.equal(gone.status, 404)
  })

  test('the list has no pages', async () => {
    const { access: token } = bob
    for (let made = 0; made < 205; made += 1)
      await call('POST', '/tasks/', { token, body: { text: `${made}` } })
    const { status, headers, body } = await call('GET', '/tasks/', { token })
    for (const { id } of body) await call('DELETE', `/tasks/${id}/`, { token })
    assert.equal(status, 200)
    assert.match(headers.get('content-type') ?? '', /^application\/json/)
    assert.equal(new Set(body.map(({ text }: { text: string }) => text)).size, 205)
  })

  test('of the users one sees oneself', async () => {
    const list = await mine('GET', '/users/')
    const [self] = list.body
    assert.equal(list.status, 200)
    assert.deepEqual([list.body.length, self.username], [1, 'alice'])
    assert.ok(self.tasks.includes('hello'))
    assert.deepEqual((await mine('GET', `/users/${self.id}/`)).body, self)
    assert.equal((await mine('GET', `/users/${self.id + 1}/`)).status, 404)
  })

  for (const path of [
    '',
    '/tasks',
    '/tasks/1',
    '/users',
    '/users/1',
    '/register',
    '/login',
    '/refresh',
    '/logout',
  ])
    test(`GET ${path || 'the root'} without its slash leads to the address with it; a POST is refused`, async () => {
      const read = await call('GET', `${path}?a=1`)
      const sent = await call('POST', path, { body: {} })
      assert.deepEqual([read.status, read.headers.get('location')], [301, `/compat/tasks/api/v1${path}/?a=1`])
      assert.deepEqual([sent.status, sent.body], [405, { detail: 'Method "POST" not allowed.' }])
    })

  test('no list is kept by a cache', async () => {
    const { headers } = await mine('GET', '/tasks/')
    assert.equal(headers.get('cache-control'), 'no-store')
  })

  test('the root names the tasks', async () => {
    const { body } = await call('GET', '/')
    assert.deepEqual(body, { tasks: `${loggia.address}/compat/tasks/api/v1/tasks/` })
  })

  for (const [what, method, path, more, status, body] of [
    ['a task that is none', 'GET', '/tasks/abc/', {}, 404, { detail: 'Not found.' }],
    ['a method that is none', 'PUT', '/tasks/', {}, 405, { detail: 'Method "PUT" not allowed.' }],
    [
      'a type of body that is none',
      'POST',
      '/tasks/',
      { body: 'x', headers: { 'content-type': 'text/plain' } },
      415,
      { detail: 'Unsupported media type "text/plain" in request.' },
    ],
  ] as const) {
    test(`${what} is ${status}`, async () => {
      const answer = await call(method, path, { token: alice.access, ...more })
      assert.equal(answer.status, status)
      assert.deepEqual(answer.body, body)
    })
  }

  test('malformed JSON is 400', async () => {
    const { status, body } = await mine('POST', '/tasks/', '{')
    assert.equal(status, 400)
    assert.match(body.detail, /^JSON parse error - /)
  })
})
