import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { movableClock } from '../support/clock.ts'
import { type Engine, unreachable } from '../support/engines.ts'
import { openInstallation, settingsOn } from '../support/installation.ts'
import { type Kind, type Load, startLoad } from '../support/load.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { eventually } from '../support/process.ts'
import { type EngineProxy, openProxy } from '../support/proxy.ts'

const ALL: Engine[] = ['postgres', 'redis', 'rabbitmq']
const OUTAGE_MS = 2_500
const RESUMED_WITHIN_MS = 5_000
const JOB_LEASE_SECONDS = 60
/** Writes of each kind before and after an outage. */
const ENOUGH = 5

/** What `/readyz` calls it. */
const MISSING: Record<Engine, string> = { postgres: 'database', redis: 'redis', rabbitmq: 'rabbitmq' }
const SETTING: Record<Engine, string> = {
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  rabbitmq: 'AMQP_URL',
}

suite('the whole program under load', { skip: await unreachable(...ALL) }, () => {
  let installation: Awaited<ReturnType<typeof openInstallation>>
  let proxies: Record<Engine, EngineProxy>
  let loggia: TestLoggia
  let root: Person
  const { clock, advance } = movableClock()

  before(async () => {
    installation = await openInstallation(ALL)
    const settings = settingsOn(ALL, installation.path)
    const proxyOf = (engine: Engine) => openProxy(String(settings[SETTING[engine]]))
    proxies = {
      postgres: await proxyOf('postgres'),
      redis: await proxyOf('redis'),
      rabbitmq: await proxyOf('rabbitmq'),
    }
    for (const engine of ALL) settings[SETTING[engine]] = proxies[engine].url
    loggia = await startLoggia(settings, { dataDir: installation.path, clock })
    root = await loggia.registerAdmin('root')
  })
  after(async () => {
    for (const proxy of Object.values(proxies)) proxy.comeBack()
    await loggia.close()
    for (const proxy of Object.values(proxies)) await proxy.close()
    await installation.remove()
  })

  const ready = async () => {
    const { status, body } = await loggia.call('GET', '/readyz')
    return `${status} ${body.missing}`
  }

  const outages = ALL.flatMap((engine) => [
    { engine, how: 'stopped', begin: () => proxies[engine].refuse() },
    { engine, how: 'silent', begin: () => proxies[engine].hang() },
  ])
  for (const { engine, how, begin } of outages) {
    test(`${engine} ${how}: right answers or 503, nothing acknowledged is lost, and all goes on when it is back`, async () => {
      const load = startLoad({ call: loggia.call, person: root })
      await eventually(goesOn(load))

      begin()
      await eventually(async () => (await ready()) === `503 ${MISSING[engine]}`)
      assert.equal((await loggia.call('GET', '/livez')).status, 200)
      await pause(OUTAGE_MS)
      assert.equal(await ready(), `503 ${MISSING[engine]}`)
      assert.equal((await loggia.call('GET', '/livez')).status, 200)

      proxies[engine].comeBack()
      try {
        await eventually(goesOn(load), RESUMED_WITHIN_MS)
      } finally {
        await load.stop()
      }
      // A job that a silent engine gave away unheard is leased to nobody until then.
      advance(JOB_LEASE_SECONDS)
      await assertKept(load)
    })
  }

  /** Whether all is well: since now writes of every kind were acknowledged, messages came and a document was drawn. */
  function goesOn(load: Load): () => Promise<boolean> {
    const [before, received] = [load.count(), load.received.size]
    return async () => {
      const now = load.count()
      const kinds = Object.keys(now) as Kind[]
      if (kinds.some((kind) => now[kind] < before[kind] + ENOUGH) || load.received.size <= received)
        return false
      const id = load.acknowledged.document[before.document]?.answer.body.id
      const { body } = await loggia.call('GET', `/api/v1/documents/${id}`, { token: root.token })
      return body.state === 'ready' && (await ready()) === '200 '
    }
  }

  async function assertKept(load: Load): Promise<void> {
    const { task, message, mail, document } = load.acknowledged
    const tasks = (await everything('/api/v1/tasks')).map(({ text }) => text)
    const names = new Set(task.map(({ name }) => name))
    assert.deepEqual(tasks.filter((text) => names.has(text)).sort(), [...names].sort())

    // A repeat after the first one was consumed is a message of its own: nobody remembers it any more.
    for (const { name } of message) assert.ok(load.received.has(name), name)

    const addresses = new Set(mail.map(({ name }) => `${name}@example.org`))
    await eventually(async () => {
      const mails = (await everything('/api/v1/mails')).filter(({ to }) => addresses.has(to))
      assert.equal(new Set(mails.map(({ to }) => to)).size, mail.length)
      assert.equal(mails.length, mail.length)
      return mails.every(({ state }) => state === 'kept')
    })

    const ids = new Set(document.map(({ answer }) => answer.body.id))
    await eventually(async () => {
      const documents = (await everything('/api/v1/documents')).filter(({ id }) => ids.has(id))
      assert.equal(documents.length, ids.size)
      return documents.every(({ state }) => state === 'ready')
    })
    assert.deepEqual(load.faults, [])
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  async function everything(path: string): Promise<any[]> {
    const items = []
    for (let cursor = ''; ; ) {
      const { body } = await loggia.call('GET', `${path}?limit=100${cursor}`, { token: root.token })
      items.push(...body.items)
      if (body.next_cursor === null) return items
      cursor = `&cursor=${body.next_cursor}`
    }
  }
})
