import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { PASSWORD } from '../support/loggia.ts'
import { eventually, runCommand, startServer, withFolder } from '../support/process.ts'

const HIDDEN = 'hidden-word'

suite('what is logged at trace', () => {
  test('holds no password, token, key, ticket or URL with a password', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = await startServer({
        DATA_DIR,
        LOG_LEVEL: 'trace',
        ADMIN_USERNAME: 'root',
        ADMIN_PASSWORD: PASSWORD,
        JWT_SECRET: `${HIDDEN}-of-at-least-32-characters`,
        // Engines that do not answer, so that there are errors to log.
        REDIS_URL: `redis://:${HIDDEN}@127.0.0.1:9`,
        AMQP_URL: `amqp://somebody:${HIDDEN}@127.0.0.1:9`,
        MAIL_URL: `smtp://somebody:${HIDDEN}@127.0.0.1:9`,
        OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
        OTEL_EXPORTER_OTLP_HEADERS: `api-key=${HIDDEN}`,
      })
      const call = (path: string, body: object, more: object = {}) =>
        server.call('POST', `/api/v1${path}`, { body, ...more })
      const login = { username: 'root', password: PASSWORD }
      const { body: session } = await call('/auth/login', login)
      const token = session.access_token
      const { body: made } = await call('/auth/keys', { name: 'k', scopes: ['detections:write'] }, { token })
      assert.ok(token && made.key && session.refresh_token)
      await call('/auth/register', { username: 'ada', password: 'another secret', email: 'ada@example.org' })
      await call('/auth/login', { username: 'root', password: 'a wrong secret' })
      await call('/auth/refresh', { refresh_token: session.refresh_token })
      await call('/auth/refresh', { refresh_token: 'a broken secret' })
      await server.call('GET', '/api/v1/tasks', { token: 'lgk_1_a-forged-secret' })
      await server.call('GET', '/api/v1/alerts?ticket=a-ticket-secret')
      await call('/auth/login', '{"password": "a cut secret"' as never)
      await eventually(async () => (await server.call('GET', '/readyz')).status === 503)
      const { stdout, stderr } = await server.end('SIGTERM')
      const logged = stdout + stderr
      assert.match(logged, /"level":50/, 'the outages are logged')
      const secrets = [HIDDEN, PASSWORD, token, session.refresh_token, made.key, 'secret']
      for (const secret of secrets) assert.equal(logged.includes(secret), false, secret)
    })
  })

  test('nor does the message about a wrong setting', async () => {
    const wrong = {
      DATABASE_URL: `mysql://${HIDDEN}@host`,
      REDIS_URL: HIDDEN,
      AMQP_URL: `http://${HIDDEN}`,
      MAIL_URL: `ftp://${HIDDEN}`,
      JWT_SECRET: 'short',
      OTEL_EXPORTER_OTLP_HEADERS: HIDDEN,
    }
    const { code, stderr } = await runCommand(['serve'], wrong)
    assert.equal(code, 78)
    for (const name of Object.keys(wrong)) assert.match(stderr, new RegExp(name))
    assert.doesNotMatch(stderr, new RegExp(`${HIDDEN}|"short"`))
  })
})
