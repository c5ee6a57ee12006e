import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { openConnection, sendRaw } from '../support/raw.ts'
import { type Route, routesOf } from '../support/routes.ts'

suite('HEAD and OPTIONS', () => {
  let loggia: TestLoggia
  let admin: Person
  let routes: Route[]

  before(async () => {
    loggia = await startLoggia()
    admin = await loggia.registerAdmin('root')
    routes = routesOf(loggia)
  })
  after(() => loggia.close())

  test('HEAD says of every route what GET would, without a body', async () => {
    const { token } = admin
    const wrong: string[] = []
    for (const { path } of routes.filter(({ method, isStream }) => method === 'GET' && !isStream)) {
      const [head, got] = [
        await loggia.call('HEAD', path, { token }),
        await loggia.call('GET', path, { token }),
      ]
      const told = (answer: typeof got) =>
        [
          answer.status,
          ...['content-type', 'etag', 'cache-control'].map((name) => answer.headers.get(name)),
        ].join()
      if (told(head) !== told(got) || head.body !== '') wrong.push(`${path}: ${told(head)}, not ${told(got)}`)
    }
    assert.deepEqual(wrong, [])
  })

  test('HEAD says how long the body would be', async () => {
    const got = await loggia.call('GET', '/api/v1/tasks', { token: admin.token })
    const head = await loggia.call('HEAD', '/api/v1/tasks', { token: admin.token })
    assert.equal(Number(head.headers.get('content-length')), JSON.stringify(got.body).length)
  })

  for (const stream of ['alerts', 'documents/events']) {
    test(`HEAD of a stream ends: ${stream}`, async () => {
      const connection = await openConnection(loggia.address)
      const head = [
        `HEAD /api/v1/${stream} HTTP/1.1`,
        'Host: loggia',
        'Connection: close',
        'Accept: text/event-stream',
        `Authorization: Bearer ${admin.token}`,
      ]
      connection.write(`${head.join('\r\n')}\r\n\r\n`)
      assert.match(await connection.closed(), /^HTTP\/1\.1 200 .*\r\n\r\n$/s)
    })
  }

  test('OPTIONS tells of every route, without a token, which methods it takes', async () => {
    const wrong: string[] = []
    for (const { method, path } of routes) {
      const answer = await loggia.call('OPTIONS', path)
      const allowed = (answer.headers.get('allow') ?? '').split(', ')
      if (answer.status !== 204 || !allowed.includes(method) || !allowed.includes('OPTIONS'))
        wrong.push(`${method} ${path}: ${answer.status} ${allowed}`)
    }
    assert.deepEqual(wrong, [])
  })

  test('what OPTIONS does not tell of is a 405 with the same list', async () => {
    const wrong: string[] = []
    for (const path of new Set(routes.map((route) => route.path))) {
      const allow = (await loggia.call('OPTIONS', path)).headers.get('allow') ?? ''
      for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
        if (allow.split(', ').includes(method)) continue
        const refused = await loggia.call(method, path, { token: admin.token })
        if (refused.status !== 405 || refused.headers.get('allow') !== allow)
          wrong.push(`${method} ${path}: ${refused.status}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('OPTIONS of a path that is not there is a 404', async () => {
    assert.equal((await loggia.call('OPTIONS', '/nothing')).status, 404)
  })

  test('OPTIONS * answers for the server as a whole', async () => {
    const head = ['OPTIONS * HTTP/1.1', 'Host: loggia', 'Connection: close']
    const answer = await sendRaw(loggia.address, head)
    assert.equal(answer.status, 204)
    assert.equal(answer.headers['allow'], 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT')
  })
})
