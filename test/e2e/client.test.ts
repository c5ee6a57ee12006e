import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createClient, Problem, storedTokens } from '../../client/src/index.ts'
import { clientOf } from '../support/client.ts'
import { withDeadline } from '../support/event-stream.ts'
import { PASSWORD } from '../support/loggia.ts'
import { eventually, type ServerProcess, startScript, startServer, withFolder } from '../support/process.ts'

const APP = fileURLToPath(new URL('../../examples/client-app.ts', import.meta.url))
const ADMIN = { ADMIN_USERNAME: 'root', ADMIN_PASSWORD: PASSWORD }
const REFRESH = 'POST /api/v1/auth/refresh'
const SUSPICIOUS = { year: 2011, make: 'Toyota', category: 'SUSPICIOUS_VEHICLE' }

const isOutdated = (server: ServerProcess, token: string) =>
  eventually(async () => (await server.call('GET', '/api/v1/users/me', { token })).status === 401)

async function restart(server: ServerProcess, DATA_DIR: string, signal: NodeJS.Signals) {
  await server.end(signal)
  return startServer({ DATA_DIR, PORT: new URL(server.address).port })
}

test('the example app gets through, though the server restarts under its stream of alerts', async () => {
  await withFolder(async (DATA_DIR) => {
    const first = await startServer({ DATA_DIR, ...ADMIN })
    const app = startScript(APP, [], { settings: { LOGGIA_URL: first.address, ...ADMIN } })
    await app.line(/alert 2/)
    const second = await restart(first, DATA_DIR, 'SIGTERM')
    const { code, stdout, stderr } = await withDeadline('the end of the app', app.ended)
    await second.end('SIGTERM')
    assert.equal(code, 0, stdout + stderr)
    assert.match(stdout, /25 tasks on 3 pages\nreceived and acknowledged 2 messages\n/)
    assert.match(stdout, /stream lost\nstream open\n/)
    const vehicles = [...stdout.matchAll(/alert \d: Toyota Number (\d)/g)].map(([, n]) => Number(n))
    assert.deepEqual(vehicles, [1, 2, 3, 4, 5, 6])
    assert.match(stdout, /signed out\n$/)
  })
})

test('no alert is lost or doubled over a stream whose server is killed and started again', async () => {
  await withFolder(async (DATA_DIR) => {
    let server = await startServer({ DATA_DIR })
    const { client } = await clientOf(server.address, 'ada', { retries: 8 })
    const report = (n: number) =>
      client.call('POST /api/v1/detections', { body: { ...SUSPICIOUS, model: `${n}`, source_id: `${n}` } })
    const hangUp = new AbortController()
    const states: string[] = []
    const seen: string[] = []
    const onState = (state: string) => void states.push(state)
    const following = (async () => {
      for await (const { event, data } of client.stream('/api/v1/alerts', { signal: hangUp.signal, onState }))
        seen.push(event === 'alert' ? data.detection.model : event)
    })()
    await eventually(() => states.includes('open'))
    for (const n of [1, 2]) await report(n)
    const reports = [3, 4, 5, 6].map(report)
    server = await restart(server, DATA_DIR, 'SIGKILL')
    await Promise.all(reports)
    await report(7)
    await eventually(() => seen.includes('7'))
    hangUp.abort()
    await assert.rejects(following, { name: 'AbortError' })
    await server.end('SIGTERM')
    assert.deepEqual(seen.toSorted(), ['1', '2', '3', '4', '5', '6', '7'])
    assert.deepEqual([states.at(0), states.at(1), states.at(-1)], ['open', 'lost', 'open'])
  })
})

suite('an access token that runs out', () => {
  let server: ServerProcess
  let end: () => void
  let removed: Promise<void>

  before(async () => {
    const stopping = new Promise<void>((resolve) => {
      end = resolve
    })
    await new Promise<void>((ready, failed) => {
      removed = withFolder(async (DATA_DIR) => {
        server = await startServer({ DATA_DIR, ACCESS_TOKEN_TTL: '2s' })
        ready()
        await stopping
        await server.end('SIGTERM')
      })
      removed.catch(failed)
    })
  })
  after(() => {
    end()
    return removed
  })

  test('is renewed once for ten calls at the same time', async () => {
    const { client, tokens, timesAsked } = await clientOf(server.address, 'bea')
    await isOutdated(server, tokens.access_token)
    const users = await Promise.all(Array.from({ length: 10 }, () => client.call('GET /api/v1/users/me')))
    assert.deepEqual(new Set(users.map(({ username }) => username)), new Set(['bea']))
    assert.equal(timesAsked(REFRESH), 1)
  })

  test('is renewed once for two tabs', async () => {
    const kept = new Map<string, string>()
    let timesKept = 0
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem(key: string, value: string) {
        kept.set(key, value)
        timesKept += 1
      },
      removeItem: (key: string) => void kept.delete(key),
    }
    const one = await clientOf(server.address, 'cleo', { tokens: storedTokens(storage) })
    const other = createClient({ address: server.address, tokens: storedTokens(storage) })
    await isOutdated(server, one.tokens.access_token)
    const users = await Promise.all(
      [one.client, other, one.client, other].map((client) => client.call('GET /api/v1/users/me')),
    )
    assert.deepEqual(
      users.map(({ username }) => username),
      Array(4).fill('cleo'),
    )
    assert.equal(timesKept, 2, 'at the sign-in, and at one renewal')
  })

  test('ends no stream that is followed', async () => {
    const { client, timesAsked } = await clientOf(server.address, 'dora')
    const states: string[] = []
    const hangUp = new AbortController()
    const onState = (state: string) => void states.push(state)
    const next = client.stream('/api/v1/alerts', { signal: hangUp.signal, onState }).next()
    await eventually(() => states.lastIndexOf('open') > 0)
    await client.call('POST /api/v1/detections', { body: { ...SUSPICIOUS, model: 'Late' } })
    const { value } = await withDeadline('the alert', next)
    hangUp.abort()
    assert.equal(value?.event, 'alert')
    assert.deepEqual(states.slice(0, 2), ['open', 'lost'])
    assert.ok(timesAsked(REFRESH) >= 1)
  })

  test('is not renewed once the session was ended elsewhere, and the program hears of it', async () => {
    const ended: string[] = []
    const onSessionEnded = ({ code }: Problem) => void ended.push(code)
    const { client, tokens } = await clientOf(server.address, 'eva', { onSessionEnded })
    await server.call('POST', '/api/v1/auth/logout-all', { token: tokens.access_token })
    await assert.rejects(
      client.call('GET /api/v1/users/me'),
      (error) => error instanceof Problem && error.code === 'token_revoked',
    )
    assert.deepEqual(ended, ['token_revoked'])
    assert.equal(await client.isSignedIn(), false)
  })
})
