import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Engine, unreachable } from '../support/engines.ts'
import { openInstallation, settingsOn } from '../support/installation.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { eventually } from '../support/process.ts'
import { type EngineProxy, openProxy } from '../support/proxy.ts'

const ENGINES: Engine[] = ['redis']

suite('the queue API of others without its engine', { skip: await unreachable(...ENGINES) }, () => {
  let installation: Awaited<ReturnType<typeof openInstallation>>
  let proxy: EngineProxy
  let loggia: TestLoggia
  let token: string

  const call = (method: string, path: string, body?: unknown) =>
    loggia.call(method, `/compat/queue/api/queue${path}`, { token, ...(body === undefined ? {} : { body }) })

  before(async () => {
    installation = await openInstallation(ENGINES)
    const settings = settingsOn(ENGINES, installation.path)
    proxy = await openProxy(String(settings['REDIS_URL']))
    loggia = await startLoggia({ ...settings, REDIS_URL: proxy.url }, { dataDir: installation.path })
    await loggia.registerAdmin('jefecito')
    const body = { username: 'jefecito', password: PASSWORD }
    token = (await loggia.call('POST', '/compat/queue/api/login', { body })).body.token
  })
  after(async () => {
    proxy.comeBack()
    await loggia.close()
    await proxy.close()
    await installation.remove()
  })

  test('says so in its own words, tells nobody where the engine is, and goes on when it is back', async () => {
    await call('POST', '/push', { msg: 'kept' })
    proxy.refuse()
    const asked = await Promise.all([
      call('GET', '/ping_redis'),
      call('POST', '/push', { msg: 'not taken' }),
      call('GET', '/pop'),
      call('GET', '/count'),
    ])
    const [ping, ...others] = asked
    assert.deepEqual([ping.status, ping.body], [500, { Connection: 'NOT OK' }])
    for (const { status, body } of others) {
      assert.equal(status, 503)
      assert.deepEqual(Object.keys(body), ['message'])
      assert.doesNotMatch(body.message, /127\.0\.0\.1|ECONN|redis:/i)
    }

    proxy.comeBack()
    await eventually(async () => (await call('GET', '/ping_redis')).status === 200)
    const popped = await call('GET', '/pop')
    const empty = await call('GET', '/pop')
    assert.deepEqual([popped.body.message, empty.status], ['kept', 400])
  })
})
