import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { unreachable } from '../support/engines.ts'
import { openStream } from '../support/event-stream.ts'
import { createDatabase } from '../support/installation.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'
import { eventually } from '../support/process.ts'
import { type EngineProxy, openProxy } from '../support/proxy.ts'
import { openConnection } from '../support/raw.ts'

const WRITERS = 8
const RESUMED_WITHIN_MS = 5_000
const HEARTBEAT_WITHIN_MS = 20_000

suite('PostgreSQL goes away under load', { skip: await unreachable('postgres') }, () => {
  let database: Awaited<ReturnType<typeof createDatabase>>
  let proxy: EngineProxy
  let loggia: TestLoggia
  let ana: Person
  let writing: boolean
  let acknowledged: Set<string>
  let refused: number

  before(async () => {
    database = await createDatabase(`t${randomBytes(8).toString('hex')}`)
    proxy = await openProxy(database.url)
    loggia = await startLoggia({ DATABASE_URL: proxy.url })
    ana = await loggia.register('ana')
  })
  after(async () => {
    proxy.comeBack()
    await loggia.close()
    await proxy.close()
    await database.drop()
  })

  const post = (text: string) => {
    const headers = { 'idempotency-key': text }
    return loggia.call('POST', '/api/v1/tasks', { token: ana.token, body: { text }, headers })
  }

  /** Repeats each write under its key until it is acknowledged. */
  async function write(): Promise<void> {
    while (writing) {
      const text = randomUUID()
      for (;;) {
        const answer = await post(text)
        if (answer.status === 201) break
        refused += 1
        // The first try was cut off in its commit, and is still at it on the server.
        if (answer.status === 409) assertProblem(answer, 409, 'idempotency_in_progress')
        else assertProblem(answer, 503, 'database_unavailable')
      }
      acknowledged.add(text)
    }
  }

  async function texts(): Promise<string[]> {
    const all: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await loggia.call('GET', `/api/v1/tasks?limit=100${cursor}`, { token: ana.token })
      all.push(...body.items.map(({ text }: { text: string }) => text))
      if (body.next_cursor === null) return all
      cursor = `&cursor=${body.next_cursor}`
    }
  }

  const ready = async () => {
    const { status, body } = await loggia.call('GET', '/readyz')
    return `${status} ${body.missing}`
  }

  const outages: [what: string, begin: () => void, isFelt: () => boolean][] = [
    ['stopped', () => proxy.refuse(), () => refused > 2 * WRITERS],
    ['cut off for a moment', () => proxy.cut(), () => true],
    ['silent', () => proxy.hang(), () => true],
  ]
  for (const [what, begin, isFelt] of outages) {
    test(`${what}: what is acknowledged is there once, the rest is a 503, and it goes on by itself`, async () => {
      acknowledged = new Set(await texts())
      refused = 0
      writing = true
      const writers = Array.from({ length: WRITERS }, write)
      const enough = acknowledged.size + 10 * WRITERS
      await eventually(() => acknowledged.size > enough)

      begin()
      if (what !== 'cut off for a moment') await eventually(async () => (await ready()) === '503 database')
      assert.equal((await loggia.call('GET', '/livez')).status, 200)
      await eventually(isFelt)

      proxy.comeBack()
      const before = acknowledged.size
      await eventually(() => acknowledged.size > before + WRITERS, RESUMED_WITHIN_MS)
      assert.equal(await ready(), '200 ')
      writing = false
      await Promise.all(writers)
      assert.deepEqual((await texts()).sort(), [...acknowledged].sort())
    })
  }

  test('a stream stays open, and tells what is raised when it is back', async () => {
    const stream = await openStream(`${loggia.address}/api/v1/alerts`, { token: ana.token })
    const witness = await openConnection(loggia.address)
    const head = ['Host: loggia', 'Accept: text/event-stream', `Authorization: Bearer ${ana.token}`]
    witness.write(`GET /api/v1/alerts HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n`)
    await witness.received(/: heartbeat\n\n/)
    proxy.refuse()
    // So long that its right was looked up, and no answer was to be had.
    let told = ''
    witness.socket.on('data', (text) => {
      told += text
    })
    await eventually(() => told.includes(': heartbeat\n\n'), HEARTBEAT_WITHIN_MS)
    proxy.comeBack()
    await eventually(async () => (await ready()) === '200 ', RESUMED_WITHIN_MS)
    const body = { year: 2000, make: 'Jeep', model: 'x', category: 'SUSPICIOUS_VEHICLE' }
    await loggia.call('POST', '/api/v1/detections', { token: ana.token, body })
    assert.equal((await stream.next()).data.detection.make, 'Jeep')
    await loggia.call('POST', '/api/v1/auth/logout', { token: ana.token })
    assert.deepEqual(await stream.ended(), [])
    await witness.closed()
    ana = await loggia.signIn('ana', ana.password)
  })

  test('whoever asks meanwhile is told to come again, and no session is taken for ended', async () => {
    proxy.refuse()
    await eventually(async () => (await ready()) === '503 database')
    const asked: [method: string, path: string, body?: unknown][] = [
      ['GET', '/api/v1/users/me'],
      ['GET', '/api/v1/tasks'],
      ['PATCH', `/api/v1/users/${ana.id}`, { gender: 'x' }],
      ['POST', '/api/v1/auth/login', { username: 'ana', password: ana.password }],
      ['POST', '/api/v1/auth/register', { username: 'ben', password: ana.password }],
      ['POST', '/api/v1/auth/refresh', { refresh_token: ana.refreshToken }],
      ['GET', '/api/v1/alerts'],
    ]
    for (const [method, path, body] of asked) {
      const answer = await loggia.call(method, path, { token: ana.token, body })
      assertProblem(answer, 503, 'database_unavailable')
      assert.equal(answer.headers.get('retry-after'), '1', path)
    }
    proxy.comeBack()
    await eventually(async () => (await ready()) === '200 ', RESUMED_WITHIN_MS)
    assert.equal((await loggia.call('GET', '/api/v1/users/me', { token: ana.token })).status, 200)
    const body = { refresh_token: ana.refreshToken }
    assert.equal((await loggia.call('POST', '/api/v1/auth/refresh', { body })).status, 200)
  })
})
