import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { openConnection, type RawConnection } from '../support/raw.ts'

const LIVEZ = 'GET /livez HTTP/1.1\r\nHost: loggia\r\n\r\n'

suite('a stream has the connection for itself', () => {
  let loggia: TestLoggia
  let ana: Person
  let connection: RawConnection
  let raised = 0

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
  })
  afterEach(() => void connection.socket.destroy())
  after(() => loggia.close())

  const alertsRequest = () =>
    `GET /api/v1/alerts HTTP/1.1\r\nHost: loggia\r\nAccept: text/event-stream\r\nAuthorization: Bearer ${ana.token}\r\n\r\n`

  async function begin(...requests: string[]): Promise<void> {
    connection = await openConnection(loggia.address)
    connection.write(requests.join(''))
    await connection.received(/retry: 2000\nid: \d+\n\n/)
  }

  /** Resolves with all that came until the alert did. */
  async function raise(): Promise<string> {
    raised += 1
    const body = { year: 2000, make: 'Jeep', model: `model ${raised}`, category: 'SUSPICIOUS_VEHICLE' }
    const { status } = await loggia.call('POST', '/api/v1/detections', { token: ana.token, body })
    assert.equal(status, 201)
    return connection.received(new RegExp(`"model":"model ${raised}".*\n\n`))
  }

  test('its reader hears that it lives', async () => {
    await begin(alertsRequest())
    await connection.received(/\n\n: heartbeat\n\n/)
  })

  test('it goes until the connection closes, not in chunks', async () => {
    await begin(alertsRequest())
    const text = await raise()
    assert.match(text, /^HTTP\/1\.1 200 OK\r\n/)
    assert.match(text, /^connection: close\r$/im)
    assert.doesNotMatch(text, /transfer-encoding|content-length/i)
    assert.match(
      text,
      /\r\n\r\nretry: 2000\nid: \d+\n\n(: heartbeat\n\n)*id: \d+\nevent: alert\ndata: \{.*\}\n\n$/,
    )
  })

  for (const [what, ask] of [
    ['in the same packet', () => begin(alertsRequest() + LIVEZ)],
    [
      'later',
      async () => {
        await begin(alertsRequest())
        connection.write(LIVEZ)
      },
    ],
  ] as const) {
    test(`a request behind it, sent ${what}, is not read`, async () => {
      await ask()
      await raise()
      assert.doesNotMatch(await raise(), /alive/)
    })
  }

  test('it waits for the answer before it', async () => {
    await begin(LIVEZ, alertsRequest())
    assert.match(await raise(), /^HTTP\/1\.1 200 OK[\s\S]*"alive"[\s\S]*HTTP\/1\.1 200 OK[\s\S]*retry: 2000/)
  })

  for (const [what, leave] of [
    ['says goodbye', () => connection.socket.end()],
    ['is cut off', () => connection.socket.resetAndDestroy()],
  ] as const) {
    test(`a reader that ${what} is forgotten`, async () => {
      await begin(alertsRequest())
      const openStreams = async () =>
        /^loggia_streams_open (\d+)$/m.exec((await loggia.call('GET', '/metrics')).body)?.[1]
      assert.equal(await openStreams(), '1')
      leave()
      await connection.closed()
      while ((await openStreams()) !== '0');
    })
  }
})
