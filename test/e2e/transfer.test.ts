import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, suite, test } from 'node:test'
import pg from 'pg'
import { callerOf } from '../support/call.ts'
import { unreachable } from '../support/engines.ts'
import { createDatabase } from '../support/installation.ts'
import { PASSWORD } from '../support/loggia.ts'
import { runCommand, type ServerProcess, startProcess } from '../support/process.ts'

suite('transfer', { skip: await unreachable('postgres') }, () => {
  let folder: string
  const databases: { drop(): Promise<void> }[] = []
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loggia-transfer-'))
  })
  after(async () => {
    for (const { drop } of databases) await drop()
    await rm(folder, { recursive: true })
  })

  let made = 0
  const name = () => {
    made += 1
    return `loggia_transfer_${process.pid}_${made}`
  }
  const emptyDatabase = async () => {
    const database = await createDatabase(name())
    databases.push(database)
    return database.url
  }
  const move = (from: string, to: string) =>
    runCommand(['transfer', '--from', from, '--to', to, '--json'], {})

  /** On its own engine, whichever the run is on. */
  const serve = async (settings: Record<string, string>): Promise<ServerProcess> => {
    const none = {
      DATABASE_URL: '',
      REDIS_URL: '',
      AMQP_URL: '',
      RATE_LIMIT: 'off',
      LOG_LEVEL: 'warn',
      PORT: '0',
    }
    const server = startProcess(['serve'], { ...none, ...settings })
    const [, address = ''] = await server.line(/ready at (\S+)\n[\s\S]*\/docs\n/)
    return { ...server, address, call: callerOf(address) }
  }

  /** A server that holds one of everything; returns what its clients hold. */
  async function fill(DATA_DIR: string) {
    const server = await serve({ DATA_DIR, ADMIN_USERNAME: 'root', ADMIN_PASSWORD: PASSWORD })
    const login = { username: 'root', password: PASSWORD }
    const { body: session } = await server.call('POST', '/api/v1/auth/login', { body: login })
    const token = session.access_token
    const post = async (path: string, body: object) =>
      (await server.call('POST', `/api/v1${path}`, { token, body })).body
    const texts = ['first', 'second ✓ 日本語', "it's; drop table tasks", 'fourth']
    const tasks = []
    for (const text of texts) tasks.push(await post('/tasks', { text }))
    // The highest id was given and is gone: it must not be given again.
    await server.call('DELETE', `/api/v1/tasks/${tasks[3].id}`, { token })
    await post('/queues/orders/messages', { messages: [{ body: { n: 1 } }, { body: 'two', dedup_id: 'd' }] })
    const { messages } = await post('/queues/orders/receive', { max: 1, lease_seconds: 3600 })
    const { key } = await post('/auth/keys', { name: 'device', scopes: ['queue:push:orders'] })
    const page = await server.call('GET', '/api/v1/tasks?limit=1', { token })
    await post('/detections', { year: 2011, make: 'Toyota', model: 'C', category: 'SUSPICIOUS_VEHICLE' })
    const keyed = { token, body: { text: 'once' }, headers: { 'idempotency-key': 'k1' } }
    const first = await server.call('POST', '/api/v1/tasks', keyed)
    await server.end('SIGTERM')
    return { session, token, receipt: messages[0].receipt, key, cursor: page.body.next_cursor, keyed, first }
  }

  test('everything is there on the other engine: sessions, keys, cursors, leases, queued messages, ids', async () => {
    const DATA_DIR = join(folder, 'one')
    const { session, token, receipt, key, cursor, keyed, first } = await fill(DATA_DIR)
    const url = await emptyDatabase()
    const { code, stdout, stderr } = await move(`sqlite:${DATA_DIR}`, url)
    assert.equal(code, 0, stderr)
    assert.equal(JSON.parse(stdout).tables.queue_messages.rows > 0, true)

    const server = await serve({ DATA_DIR: join(folder, 'other'), DATABASE_URL: url })
    const call = (method: string, path: string, body?: object) =>
      server.call(method, `/api/v1${path}`, { token, ...(body ? { body } : {}) })
    const tasks = await call('GET', `/tasks?limit=10&cursor=${cursor}`)
    const acked = await call('POST', '/queues/orders/ack', { receipts: [receipt] })
    const popped = await call('POST', '/queues/orders/pop')
    const pushed = await server.call('POST', '/api/v1/queues/orders/messages', {
      token: key,
      body: { body: 3 },
    })
    const refreshed = await call('POST', '/auth/refresh', { refresh_token: session.refresh_token })
    const repeated = await server.call('POST', '/api/v1/tasks', keyed)
    const next = await call('POST', '/tasks', { text: 'next' })
    const alerts = await call('GET', '/alerts')
    await server.end('SIGTERM')
    assert.equal(tasks.status, 200)
    assert.deepEqual(acked.body, { done: 1, stale: [] })
    assert.equal(popped.body.body, 'two')
    assert.equal(pushed.status, 201)
    assert.equal(refreshed.status, 200)
    assert.deepEqual(repeated.body, first.body)
    assert.equal(next.body.id, first.body.id + 1)
    assert.equal(alerts.body.items.length, 1)
  })

  test('there and back again is the same', async () => {
    const DATA_DIR = join(folder, 'two')
    await fill(DATA_DIR)
    const url = await emptyDatabase()
    const there = await move(`sqlite:${join(DATA_DIR, 'loggia.db')}`, url)
    const back = await move(url, `sqlite:${join(folder, 'back')}`)
    assert.deepEqual([there.code, back.code], [0, 0], there.stderr + back.stderr)
    assert.deepEqual(JSON.parse(back.stdout), JSON.parse(there.stdout))
  })

  test('more rows than fit into a batch', async () => {
    const DATA_DIR = join(folder, 'many')
    await runCommand(['migrate'], { DATA_DIR, DATABASE_URL: '' })
    const file = new DatabaseSync(join(DATA_DIR, 'loggia.db'))
    file.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i < 10001)
      insert into queue_messages (queue, body, state, held_until, deliveries, pushed_at)
      select 'q', '{"i":' || i || '}', 'waiting', 0, 0, i from n`)
    file.close()
    const { code, stdout, stderr } = await move(`sqlite:${DATA_DIR}`, await emptyDatabase())
    assert.equal(code, 0, stderr)
    const { rows, lastId } = JSON.parse(stdout).tables.queue_messages
    assert.deepEqual([rows, lastId], [10_001, 10_001])
  })

  test('what cannot be moved leaves nothing behind, and the target as empty as it was', async () => {
    const DATA_DIR = join(folder, 'unfit')
    await fill(DATA_DIR)
    const file = new DatabaseSync(join(DATA_DIR, 'loggia.db'))
    // PostgreSQL keeps no text with this character.
    file.exec("update users set gender = 'a' || char(0) || 'b'")
    file.close()
    const url = await emptyDatabase()
    const { code, stdout, stderr } = await move(`sqlite:${DATA_DIR}`, url)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, /"users" cannot be kept there.*0x00\n$/)
    assert.deepEqual(await tablesOf(url), [])
  })

  test('refusals change nothing', async () => {
    const DATA_DIR = join(folder, 'three')
    await runCommand(['migrate'], { DATA_DIR, DATABASE_URL: '' })
    const taken = await emptyDatabase()
    const client = new pg.Client(taken)
    await client.connect()
    await client.query('create table mine (id int)')
    await client.end()
    const refusals: [from: string, to: string, code: number, sentence: RegExp][] = [
      [`sqlite:${DATA_DIR}`, taken, 1, /not empty.*"mine"/],
      [`sqlite:${DATA_DIR}`, `sqlite:${DATA_DIR}`, 1, /not empty/],
      [`sqlite:${join(folder, 'nowhere')}`, taken, 1, /no loggia\.db/],
      [await emptyDatabase(), await emptyDatabase(), 1, /not up to date/],
      ['mysql://x', taken, 1, /sqlite:<DATA_DIR> or postgres/],
    ]
    for (const [from, to, code, sentence] of refusals) {
      const ended = await move(from, to)
      assert.equal(ended.code, code)
      assert.match(ended.stderr, sentence)
      assert.equal(ended.stdout, '')
    }
    assert.deepEqual(await tablesOf(taken), ['mine'])
    assert.equal((await runCommand(['transfer', '--from', taken], {})).code, 64)
  })
})

async function tablesOf(url: string): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query("select tablename from pg_tables where schemaname = 'public'")
  await client.end()
  return rows.map(({ tablename }) => tablename)
}
