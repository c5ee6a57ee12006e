import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { after, before, suite, test } from 'node:test'
import { withDeadline } from '../support/event-stream.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'
import { openConnection, type RawAnswer, sendRaw, toAnswer } from '../support/raw.ts'

const HOST = 'Host: loggia'
const CLOSE = 'Connection: close'
const JSON_TYPE = 'Content-Type: application/json'
const POST = 'POST /api/v1/tasks HTTP/1.1'

function assertRawProblem({ status, headers, body }: RawAnswer, expected: number, code: string): void {
  const answer = { status, headers: { get: (name: string) => headers[name] ?? null }, body: JSON.parse(body) }
  assertProblem(answer, expected, code)
  assert.equal(Number(headers['content-length']), Buffer.byteLength(body))
}

suite('what no client sends', () => {
  let loggia: TestLoggia
  let ana: Person
  let bearer: string
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<number>()

  before(async () => {
    loggia = await startLoggia(
      { BODY_LIMIT: '1kb', REQUEST_TIMEOUT: '1s' },
      {
        routes(app) {
          app.get('/slowly', { config: { access: 'public' } }, (_request, reply) => {
            const halfSent = new PassThrough()
            halfSent.write('the first half')
            reply.send(halfSent)
          })
          app.addHook('onRequest', async ({ id }) => (id === 'leaver' ? begun.resolve() : undefined))
          app.addHook('onSend', async ({ id }, { statusCode }) =>
            id === 'leaver' ? ended.resolve(statusCode) : undefined,
          )
        },
      },
    )
    ana = await loggia.register('ana')
    bearer = `Authorization: Bearer ${ana.token}`
  })
  after(async () => {
    const { body } = await loggia.call('GET', '/api/v1/tasks', { token: ana.token })
    assert.deepEqual(body.items, [], 'nothing of all this has made a task')
    await loggia.close()
  })

  const LONG = 'x'.repeat(2_000)
  for (const [what, head, body, status, code] of [
    ['what is no HTTP', ['hello'], '', 400, 'malformed_request'],
    ['a greeting in TLS', ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'], '', 400, 'malformed_request'],
    ['an unknown method', ['HELLO / HTTP/1.1', HOST], '', 400, 'malformed_request'],
    ['an unknown version', ['GET / HTTP/9.9', HOST], '', 400, 'malformed_request'],
    ['no Host', ['GET /livez HTTP/1.1', CLOSE], '', 400, 'malformed_request'],
    ['a header without a name', ['GET /livez HTTP/1.1', HOST, ': x'], '', 400, 'malformed_request'],
    ['a folded header', ['GET /livez HTTP/1.1', HOST, 'A: b', ' c'], '', 400, 'malformed_request'],
    ['NUL in a header', ['GET /livez HTTP/1.1', HOST, 'A: \0'], '', 400, 'malformed_request'],
    [
      '17 kB of headers',
      ['GET /livez HTTP/1.1', HOST, `A: ${'x'.repeat(17_000)}`],
      '',
      431,
      'headers_too_large',
    ],
    ['17 kB of address', [`GET /${'x'.repeat(17_000)} HTTP/1.1`, HOST], '', 431, 'headers_too_large'],
    [
      'a Content-Length that is no number',
      [POST, HOST, JSON_TYPE, 'Content-Length: x'],
      '{}',
      400,
      'malformed_request',
    ],
    [
      'a negative Content-Length',
      [POST, HOST, JSON_TYPE, 'Content-Length: -1'],
      '{}',
      400,
      'malformed_request',
    ],
    [
      'two lengths',
      [POST, HOST, JSON_TYPE, 'Content-Length: 2', 'Content-Length: 3'],
      '{}',
      400,
      'malformed_request',
    ],
    [
      'a length and chunks',
      [POST, HOST, JSON_TYPE, 'Content-Length: 2', 'Transfer-Encoding: chunked'],
      '0\r\n\r\n',
      400,
      'malformed_request',
    ],
    [
      'a broken chunk',
      [POST, HOST, JSON_TYPE, CLOSE, 'Transfer-Encoding: chunked'],
      'zz\r\n{}\r\n',
      400,
      'malformed_request',
    ],
    ['a body of no type', [POST, HOST, CLOSE, 'Content-Length: 2'], '{}', 415, 'unsupported_media_type'],
    [
      'a length over the limit',
      [POST, HOST, JSON_TYPE, 'Content-Length: 2000000000'],
      '{',
      413,
      'body_too_large',
    ],
    [
      'chunks over the limit',
      [POST, HOST, JSON_TYPE, 'Transfer-Encoding: chunked'],
      `7d0\r\n${LONG}\r\n`,
      413,
      'body_too_large',
    ],
    [
      'bytes that are no UTF-8',
      [POST, HOST, JSON_TYPE, CLOSE, 'Content-Length: 12'],
      Buffer.from('{"text":"\xff"}', 'latin1'),
      400,
      'malformed_json',
    ],
    [
      'half of a character',
      [POST, HOST, JSON_TYPE, CLOSE, 'Content-Length: 12'],
      Buffer.from('{"text":"\xe2"}', 'latin1'),
      400,
      'malformed_json',
    ],
    ['QUERY', ['QUERY /api/v1/tasks HTTP/1.1', HOST, CLOSE], '', 400, 'malformed_request'],
    ['TRACE', ['TRACE /api/v1/tasks HTTP/1.1', HOST, CLOSE], '', 405, 'method_not_allowed'],
    ['a method of WebDAV', ['PROPFIND / HTTP/1.1', HOST, CLOSE], '', 405, 'method_not_allowed'],
    ['a path out of the root', ['GET /../../etc/passwd HTTP/1.1', HOST, CLOSE], '', 404, 'route_not_found'],
  ] as const) {
    test(`${what}: ${status} ${code}`, async () => {
      const lines = head[0].startsWith(POST) || head[0].startsWith('QUERY') ? [...head, bearer] : [...head]
      assertRawProblem(await sendRaw(loggia.address, lines, body), status, code)
    })
  }

  test('a body shorter than it says, with the sending side closed, is refused', async () => {
    const connection = await openConnection(loggia.address)
    connection.write([POST, HOST, bearer, JSON_TYPE, 'Content-Length: 50', '', '{"text":"x"}'].join('\r\n'))
    connection.socket.end()
    assertRawProblem(toAnswer(await connection.closed()), 400, 'malformed_request')
  })

  test('what follows a body that is longer than it says is not taken for a request', async () => {
    const smuggled = `{}${POST}\r\n${HOST}\r\n${bearer}\r\n${JSON_TYPE}\r\nContent-Length: 12\r\n\r\n{"text":"x"}`
    const head = ['POST /api/v1/auth/login HTTP/1.1', HOST, JSON_TYPE, 'Content-Length: 3']
    const answer = await sendRaw(loggia.address, head, smuggled)
    assert.equal(answer.status, 400)
  })

  for (const [what, start] of [
    ['a head', `GET /livez HTTP/1.1\r\n${HOST}\r\nA: `],
    ['a body', `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}\r\n${JSON_TYPE}\r\nContent-Length: 50\r\n\r\n{`],
  ] as const) {
    test(`${what} that never ends is given up after REQUEST_TIMEOUT`, async () => {
      const connection = await openConnection(loggia.address)
      connection.write(start)
      assertRawProblem(toAnswer(await connection.closed()), 408, 'request_timeout')
    })
  }

  test('garbage behind a request does not get into its answer', async () => {
    const connection = await openConnection(loggia.address)
    connection.write(`GET /slowly HTTP/1.1\r\n${HOST}\r\n\r\n`)
    await connection.received(/the first half/)
    connection.write('garbage\r\n\r\n')
    assert.doesNotMatch(await connection.closed(), /urn:loggia:problem/)
  })

  test('a client that leaves in the middle of a body is no error of ours', async () => {
    const connection = await openConnection(loggia.address)
    const head = [POST, HOST, bearer, JSON_TYPE, 'X-Request-Id: leaver', 'Content-Length: 50']
    connection.write(`${head.join('\r\n')}\r\n\r\n{`)
    await begun.promise
    connection.socket.destroy()
    assert.equal(await withDeadline('the end of the request', ended.promise), 400)
  })

  test('HTTP/1.0 is answered', async () => {
    assert.equal((await sendRaw(loggia.address, ['GET /livez HTTP/1.0'])).status, 200)
  })

  test('an X-Request-Id that is sent twice is not taken', async () => {
    const head = ['GET /livez HTTP/1.1', HOST, CLOSE, 'X-Request-Id: a', 'X-Request-Id: b']
    const { headers } = await sendRaw(loggia.address, head)
    assert.match(String(headers['x-request-id']), /^[\w-]{10,}$/)
  })
})
