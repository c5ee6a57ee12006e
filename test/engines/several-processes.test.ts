import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import pg from 'pg'
import { type Engine, unreachable } from '../support/engines.ts'
import { openInstallation, settingsOn } from '../support/installation.ts'
import { PASSWORD } from '../support/loggia.ts'
import { eventually, type ServerProcess, startProcess, startServer } from '../support/process.ts'

const STARTED_TOGETHER = 4
const QUIET = { PORT: '0', LOG_LEVEL: 'warn', RATE_LIMIT: 'off' }
const SHARED: Record<string, Engine[]> = {
  'PostgreSQL alone': ['postgres'],
  'PostgreSQL and Redis': ['postgres', 'redis'],
  'PostgreSQL, Redis and RabbitMQ': ['postgres', 'redis', 'rabbitmq'],
}

for (const [what, engines] of Object.entries(SHARED)) {
  suite(`several processes that share ${what}`, { skip: await unreachable(...engines) }, () => {
    test('one answers and one works: a document asked for of the first is drawn by the second, and read from any', () =>
      onInstallation(engines, async (settings) => {
        const webs = await Promise.all([1, 2].map(() => startServer({ ...settings, ROLE: 'web' })))
        const [web, other] = webs as [ServerProcess, ServerProcess]
        const { token, id } = await register(web, 'ana')
        const body = { template: 'profile', subject_id: id }
        const asked = await web.call('POST', '/api/v1/documents', { token, body })
        assert.deepEqual([asked.status, asked.body.state], [202, 'queued'])

        const worker = startProcess(['work'], { ...settings, ...QUIET })
        await worker.line(/at work/)
        const path = `/api/v1/documents/${asked.body.id}`
        await eventually(async () => (await other.call('GET', path, { token })).body.state === 'ready')
        for (const { call } of webs) {
          const file = await call('GET', `${path}/file`, { token })
          assert.equal(file.status, 200)
          assert.match(file.body, /^%PDF-/)
        }
        const ended = await Promise.all([...webs, worker].map((process) => process.end('SIGTERM')))
        assert.deepEqual(
          ended.map(({ code }) => code),
          [0, 0, 0],
        )
      }))
  })
}

suite('processes that start on an empty database', { skip: await unreachable('postgres') }, () => {
  test('at once migrate it once, and all serve', () =>
    onInstallation(['postgres'], async (settings) => {
      const servers = await Promise.all(Array.from({ length: STARTED_TOGETHER }, () => startServer(settings)))
      await assertAllServe(servers)
    }))

  test('leave nothing half when the one that migrates is killed in the midst of it; the others go on', () =>
    onInstallation(['postgres'], async (settings) => {
      const [outsider, observer] = await Promise.all([connectTo(settings), connectTo(settings)])
      // The last room's table is not to be had for now, so that whoever migrates stands still close to the end.
      await outsider.query('begin; create table alerts (id bigint)')
      const first = startProcess(['serve'], { ...settings, ...QUIET })
      await eventually(async () => (await observer.query(STANDS_STILL)).rows.length === 1)
      const others = Array.from({ length: STARTED_TOGETHER - 1 }, () => startServer(settings))
      const { signal } = await first.end('SIGKILL')
      assert.equal(signal, 'SIGKILL')
      await outsider.query('rollback')
      const servers = await Promise.all(others)
      await Promise.all([outsider.end(), observer.end()])
      await assertAllServe(servers)
    }))
})

const STANDS_STILL = `select 1 from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query ilike '%create table alerts%'`

async function connectTo({ DATABASE_URL }: Record<string, string>): Promise<pg.Client> {
  const client = new pg.Client(DATABASE_URL)
  // When the test fails, its database goes under the connection.
  client.on('error', () => {})
  await client.connect()
  return client
}

async function onInstallation(
  engines: Engine[],
  use: (settings: Record<string, string>) => Promise<void>,
): Promise<void> {
  const { path, remove } = await openInstallation(engines)
  try {
    await use(settingsOn(engines, path))
  } finally {
    await remove()
  }
}

async function register({ call }: ServerProcess, username: string): Promise<{ id: number; token: string }> {
  const { status, body } = await call('POST', '/api/v1/auth/register', {
    body: { username, password: PASSWORD },
  })
  assert.equal(status, 201)
  return { id: body.user.id, token: body.access_token }
}

/** And know of one another's people. */
async function assertAllServe(servers: ServerProcess[]): Promise<void> {
  const people = await Promise.all(servers.map((server, at) => register(server, `person${at}`)))
  for (const { call } of servers) {
    for (const { token, id } of people) {
      assert.equal((await call('GET', '/api/v1/users/me', { token })).body.id, id)
    }
  }
  const ended = await Promise.all(servers.map((server) => server.end('SIGTERM')))
  for (const { code, stderr } of ended) assert.deepEqual([code, stderr], [0, ''])
}
