import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Answer, Call } from '../support/call.ts'
import { openStream } from '../support/event-stream.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { openConnection } from '../support/raw.ts'

const PABLO = { name: 'Pablo', lastname: 'Rey', email: 'pablo@example.com', username: 'pablo', password: 'x' }
const UUID4 = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const notAuthenticated = { detail: 'Not authenticated' }

suite('the vehicles API of others', () => {
  let loggia: TestLoggia
  let token: string
  let made: Answer

  const call = (method: string, path: string, more: Call = {}) =>
    loggia.call(method, `/compat/vehicles${path}`, more)
  const as = (method: string, path: string, body?: unknown) =>
    call(method, path, { token, ...(body === undefined ? {} : { body }) })
  const login = (form: string) =>
    call('POST', '/login', { body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  const formOf = (username: string, password: string) =>
    `grant_type=&username=${username}&password=${encodeURIComponent(password)}&scope=&client_id=&client_secret=`
  const missing = (...names: string[]) =>
    names.map((name) => ({ loc: ['body', name], msg: 'field required', type: 'value_error.missing' }))
  const detect = (make: string, category: string) =>
    loggia.call('POST', '/api/v1/detections', {
      token,
      body: { Year: 2011, Make: make, Model: 'X', Category: category },
    })

  before(async () => {
    loggia = await startLoggia()
    await loggia.registerAdmin('admin')
    token = (await login(formOf('admin', PASSWORD))).body.access_token
    made = await as('POST', '/users', PABLO)
    for (const make of ['Toyota', 'Jeep', 'Toyota', 'MAZDA']) await detect(make, 'SUV')
  })
  after(() => loggia.close())

  test('signing in by a form gives a token of half an hour', async () => {
    const { status, body } = await login(formOf('admin', PASSWORD))
    const claims = JSON.parse(Buffer.from(body.access_token.split('.')[1], 'base64url').toString())
    assert.equal(status, 200)
    assert.equal(body.token_type, 'bearer')
    assert.equal(claims.exp - claims.iat, 1800)
  })

  for (const [what, form, status, detail] of [
    ['an unknown user', formOf('nobody', 'x'), 401, 'Unauthorized'],
    ['a wrong password', formOf('admin', 'x'), 401, 'Unauthorized'],
    ['no fields', '', 422, missing('username', 'password')],
    [
      'another grant',
      'grant_type=foo&username=a&password=b',
      422,
      [
        {
          loc: ['body', 'grant_type'],
          msg: 'string does not match regex "password"',
          type: 'value_error.str.regex',
        },
      ],
    ],
  ] as const) {
    test(`signing in with ${what} is ${status}`, async () => {
      const answer = await login(form)
      assert.deepEqual([answer.status, answer.body], [status, { detail }])
    })
  }

  test('signing in by JSON is 422', async () => {
    const answer = await call('POST', '/login', { body: { username: 'admin', password: PASSWORD } })
    assert.deepEqual([answer.status, answer.body], [422, { detail: missing('username', 'password') }])
  })

  for (const [method, path] of [
    ['POST', '/users'],
    ['GET', '/users'],
    ['GET', '/detections'],
    ['GET', '/stats'],
    ['GET', '/alerts'],
  ] as const) {
    for (const [what, headers] of [
      ['no token', {}],
      ['a forged token', { authorization: 'Bearer a.b.c' }],
      ['another word', { authorization: 'Token x' }],
    ] as const) {
      test(`${method} ${path} with ${what} is 401`, async () => {
        const answer = await call(method, path, { headers, ...(method === 'POST' ? { body: PABLO } : {}) })
        assert.deepEqual([answer.status, answer.body], [401, notAuthenticated])
        assert.equal(answer.headers.get('www-authenticate'), 'Bearer')
      })
    }
  }

  test('a live token behind another word is 401', async () => {
    const answer = await call('GET', '/users', { headers: { authorization: `Token ${token}` } })
    assert.deepEqual([answer.status, answer.body], [401, notAuthenticated])
  })

  test('a user is made and may sign in', async () => {
    assert.equal(made.status, 200)
    assert.match(made.body.id, UUID4)
    assert.equal((await login(formOf('pablo', 'x'))).status, 200)
  })

  for (const [what, body, status, detail] of [
    ['a name that is taken', { ...PABLO, email: 'other@example.com' }, 400, 'Bad Request'],
    ['an address that is taken', { ...PABLO, username: 'other' }, 400, 'Bad Request'],
    ['one member', { name: 'Pablo' }, 422, missing('lastname', 'email', 'username', 'password')],
    ['no body', undefined, 422, [{ loc: ['body'], msg: 'field required', type: 'value_error.missing' }]],
    [
      'an address that is none',
      { ...PABLO, email: 'nope' },
      422,
      [{ loc: ['body', 'email'], msg: 'value is not a valid email address', type: 'value_error.email' }],
    ],
    [
      'null',
      { ...PABLO, name: null },
      422,
      [{ loc: ['body', 'name'], msg: 'none is not an allowed value', type: 'type_error.none.not_allowed' }],
    ],
  ] as const) {
    test(`making a user with ${what} is ${status}`, async () => {
      const answer = await as('POST', '/users', body)
      assert.equal(answer.status, status)
      assert.deepEqual(
        Array.isArray(answer.body.detail) ? answer.body.detail.toSorted(byLoc) : answer.body.detail,
        Array.isArray(detail) ? [...detail].sort(byLoc) : detail,
      )
    })
  }
  const byLoc = (one: { loc: string[] }, other: { loc: string[] }) =>
    String(one.loc).localeCompare(String(other.loc))

  test('a form makes no user', async () => {
    const answer = await call('POST', '/users', {
      token,
      body: 'username=form&password=x&name=a&lastname=b&email=form@example.com',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    assert.deepEqual([answer.status, answer.body.detail[0].type], [422, 'type_error.dict'])
  })

  test('a form that cannot be read is told so', async () => {
    const answer = await call('POST', '/login', {
      body: 'no boundary in here',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    })
    assert.deepEqual([answer.status, answer.body], [400, { detail: 'There was an error parsing the body' }])
  })

  test('users are listed by name, to administrators', async () => {
    const { status, body } = await as('GET', '/users?skip=1&limit=1')
    const pablo = (await login(formOf('pablo', 'x'))).body.access_token
    const refused = await call('GET', '/users', { token: pablo })
    assert.equal(status, 200)
    assert.deepEqual(body, {
      skip: 1,
      limit: 1,
      size: 1,
      users: [
        { name: 'Pablo', lastname: 'Rey', email: 'pablo@example.com', credentials: [{ username: 'pablo' }] },
      ],
    })
    assert.deepEqual([refused.status, refused.body], [403, { detail: 'Forbidden' }])
  })

  test('detections are listed by skip and limit', async () => {
    const all = await as('GET', '/detections')
    const some = await as('GET', '/detections?skip=1&limit=2')
    const [first] = all.body.data
    assert.deepEqual([all.body.size, all.body.skip, all.body.limit], [4, 0, 100])
    assert.deepEqual(Object.keys(first).sort(), ['category', 'id', 'make', 'model', 'timestamp', 'year'])
    assert.match(first.id, UUID4)
    assert.ok(Math.abs(first.timestamp - Date.now()) < 60_000)
    assert.deepEqual(some.body.data, all.body.data.slice(1, 3))
    assert.equal(some.body.size, 2)
  })

  for (const [query, loc, msg] of [
    ['skip=a', 'skip', 'value is not a valid integer'],
    ['skip=-1', 'skip', 'ensure this value is greater than or equal to 0'],
    ['limit=0', 'limit', 'ensure this value is greater than or equal to 1'],
    ['limit=1001', 'limit', 'ensure this value is less than or equal to 1000'],
  ] as const) {
    test(`?${query} is 422`, async () => {
      for (const path of ['/detections', '/users']) {
        const { status, body } = await as('GET', `${path}?${query}`)
        assert.equal(status, 422)
        assert.deepEqual([body.detail[0].loc, body.detail[0].msg], [['query', loc], msg])
      }
    })
  }

  test('makes are counted', async () => {
    const { body } = await as('GET', '/stats')
    assert.deepEqual(body, {
      data: [
        { make: 'Jeep', count: 1 },
        { make: 'MAZDA', count: 1 },
        { make: 'Toyota', count: 2 },
      ],
      size: 3,
    })
  })

  test('every reader gets every alert, as JSON in the words of its producer', async () => {
    const streams = await Promise.all(
      [1, 2].map(() => openStream(`${loggia.address}/compat/vehicles/alerts`, { token })),
    )
    await detect('Kia', 'Convertible')
    await detect("Citroën d'Or", 'SUV, SUSPICIOUS_VEHICLE')
    for (const stream of streams) {
      const { event, data } = await stream.next()
      stream.close()
      assert.equal(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8')
      assert.equal(event, 'alert')
      assert.deepEqual(data, {
        Year: 2011,
        Make: "Citroën d'Or",
        Model: 'X',
        Category: 'SUV, SUSPICIOUS_VEHICLE',
      })
    }
  })

  test('a stream goes on where it was left', async () => {
    await detect('Lada', 'SUSPICIOUS_VEHICLE')
    const headers = { 'last-event-id': '1' }
    const stream = await openStream(`${loggia.address}/compat/vehicles/alerts`, { token, headers })
    const { data } = await stream.next()
    stream.close()
    assert.equal(data.Make, 'Lada')
  })

  test('the bytes of the stream are those of an event stream', async () => {
    const connection = await openConnection(loggia.address)
    const head = ['GET /compat/vehicles/alerts HTTP/1.1', 'Host: loggia', `Authorization: Bearer ${token}`]
    connection.write(`${head.join('\r\n')}\r\n\r\n`)
    await connection.received(/\n\n/)
    await detect("d'Or", 'SUSPICIOUS_VEHICLE')
    const received = await connection.received(/event: alert\n.*\n\n/)
    connection.socket.destroy()
    assert.match(received, /^HTTP\/1\.1 200 OK\r\n/)
    assert.match(received, /\r\ncontent-type: text\/event-stream; charset=utf-8\r\n/i)
    assert.match(received, /\r\ncache-control: no-cache/i)
    assert.match(received, /\r\nx-accel-buffering: no\r\n/i)
    assert.match(
      received,
      /\nid: \d+\nevent: alert\ndata: {"Year":2011,"Make":"d'Or","Model":"X","Category":"SUSPICIOUS_VEHICLE"}\n\n/,
    )
  })

  for (const [what, method, path, status, body] of [
    ['no administrator is made', 'GET', '/admin', 404, { detail: 'Not Found' }],
    ['an address that is none', 'GET', '/nothing', 404, { detail: 'Not Found' }],
    ['a method that is none', 'DELETE', '/stats', 405, { detail: 'Method Not Allowed' }],
  ] as const) {
    test(`${what}: ${method} ${path} is ${status}`, async () => {
      const answer = await call(method, path)
      assert.deepEqual([answer.status, answer.body], [status, body])
    })
  }

  test('a slash at the end leads to the address without', async () => {
    const { status, headers } = await as('GET', '/detections/?skip=1')
    assert.equal(status, 307)
    assert.equal(headers.get('location'), '/compat/vehicles/detections?skip=1')
  })
})
