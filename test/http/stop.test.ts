import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openStream, withDeadline } from '../support/event-stream.ts'
import { type Installation, openInstallation } from '../support/installation.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { openConnection, type RawConnection, toAnswer } from '../support/raw.ts'

const STOP_MS_MAX = 10_000
const BODY = '{"text":"sent slowly"}'

suite('a graceful stop', () => {
  let installation: Installation
  let loggia: TestLoggia
  let ana: Person
  let begun: PromiseWithResolvers<void>

  before(async () => {
    installation = await openInstallation()
    loggia = await start()
    ana = await loggia.register('ana')
    await loggia.close()
  })
  after(() => installation.remove())

  async function start(): Promise<TestLoggia> {
    begun = Promise.withResolvers()
    return startLoggia(
      {},
      {
        dataDir: installation.path,
        routes: (app) =>
          app.addHook('onRequest', async ({ id }) => (id === 'slow' ? begun.resolve() : undefined)),
      },
    )
  }

  /** A request whose body is still on its way. */
  async function sendHalf(): Promise<RawConnection> {
    const connection = await openConnection(loggia.address)
    const head = [
      'POST /api/v1/tasks HTTP/1.1',
      'Host: loggia',
      'X-Request-Id: slow',
      `Authorization: Bearer ${ana.token}`,
      'Content-Type: application/json',
      `Content-Length: ${BODY.length}`,
    ]
    connection.write(`${head.join('\r\n')}\r\n\r\n${BODY.slice(0, 5)}`)
    await withDeadline('the slow request to begin', begun.promise)
    return connection
  }

  async function openIdle(): Promise<RawConnection> {
    const connection = await openConnection(loggia.address)
    connection.write('GET /livez HTTP/1.1\r\nHost: loggia\r\n\r\n')
    await connection.received(/alive/)
    return connection
  }

  test('finishes what runs, lets go of who waits, and ends streams', async () => {
    loggia = await start()
    const idle = await openIdle()
    const unused = await openConnection(loggia.address)
    const stream = await openStream(`${loggia.address}/api/v1/alerts`, { token: ana.token })
    const slow = await sendHalf()

    const startedAt = performance.now()
    const stopped = loggia.close()
    await idle.closed()
    await unused.closed()
    assert.deepEqual(await stream.ended(), [])
    await assert.rejects(fetch(`${loggia.address}/livez`), 'nobody new is let in')

    slow.write(BODY.slice(5))
    const answer = toAnswer(await slow.closed())
    assert.equal(answer.status, 201)
    assert.equal(answer.headers['connection'], 'close')
    await stopped
    assert.ok(performance.now() - startedAt < STOP_MS_MAX)
  })

  test('what it has answered is there after the next start', async () => {
    loggia = await start()
    const { body } = await loggia.call('GET', '/api/v1/tasks', { token: ana.token })
    assert.deepEqual(
      body.items.map(({ text }: { text: string }) => text),
      ['sent slowly'],
    )
    await loggia.close()
  })

  test('does not wait for ever for who does not go on', async () => {
    loggia = await start()
    const slow = await sendHalf()
    const half = await openConnection(loggia.address)
    half.write('GET /livez HTTP/1.1\r\nHo')
    const startedAt = performance.now()
    await loggia.close()
    assert.ok(performance.now() - startedAt < STOP_MS_MAX)
    await slow.closed()
    await half.closed()
  })
})
