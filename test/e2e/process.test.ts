import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { PASSWORD } from '../support/loggia.ts'
import { eventually, type ServerProcess, startProcess, startServer, withFolder } from '../support/process.ts'
import { stored } from '../support/stored.ts'

const STOP_SECONDS_MAX = 10
const QUIET = { PORT: '0', LOG_LEVEL: 'warn' }

const signIn = async (server: ServerProcess, username: string, password = PASSWORD) =>
  server.call('POST', '/api/v1/auth/login', { body: { username, password } })
const register = (server: ServerProcess, username: string) =>
  server.call('POST', '/api/v1/auth/register', {
    body: { username, password: PASSWORD, email: `${username}@example.org` },
  })
const admins = async (dataDir: string) =>
  (await stored(dataDir, "select username from users where role = 'admin'")).map(({ username }) => username)

suite('the first start', () => {
  test('tells the address, the console, the reference and the setup link, all of which answer', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = await startServer({ DATA_DIR })
      const pages = ['Console', 'API reference', 'First administrator']
      const links = await Promise.all(pages.map((page) => server.line(new RegExp(`${page} +(\\S+)\n`))))
      const statuses = await Promise.all(links.map(async ([, link = '']) => (await fetch(link)).status))
      await server.end('SIGTERM')
      assert.match(server.address, /^http:\/\/127\.0\.0\.1:\d+$/)
      assert.deepEqual(statuses, [200, 200, 200])
    })
  })

  test('gives a link that makes one administrator, and is not given again', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = await startServer({ DATA_DIR })
      const [, token] = await server.line(/setup\?token=(\S+)\n/)
      const setUp = (username: string) =>
        server.call('POST', '/api/v1/auth/setup', { body: { token, username, password: PASSWORD } })
      const answers = await Promise.all([setUp('one'), setUp('two')])
      const late = await setUp('three')
      const won = answers.find(({ status }) => status === 201)
      const mails = await server.call('GET', '/api/v1/mails', { token: won?.body.access_token })
      await server.end('SIGTERM')
      const again = await startServer({ DATA_DIR })
      const { stdout } = await again.end('SIGTERM')
      assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 422])
      assert.deepEqual([late.status, late.body.code], [422, 'link_invalid'])
      assert.equal(mails.status, 200)
      assert.equal((await admins(DATA_DIR)).length, 1)
      assert.doesNotMatch(stdout, /First administrator/)
    })
  })

  test("gives a new link at each start, which ends the one before's", async () => {
    await withFolder(async (DATA_DIR) => {
      const first = await startServer({ DATA_DIR })
      const [, old] = await first.line(/setup\?token=(\S+)\n/)
      await first.end('SIGTERM')
      const second = await startServer({ DATA_DIR })
      const body = { token: old, username: 'root', password: PASSWORD }
      const refused = await second.call('POST', '/api/v1/auth/setup', { body })
      await second.end('SIGTERM')
      assert.equal(refused.status, 422)
      assert.deepEqual(await admins(DATA_DIR), [])
    })
  })

  test('makes the administrator of ADMIN_USERNAME and ADMIN_PASSWORD, once and for all', async () => {
    await withFolder(async (DATA_DIR) => {
      const named = { DATA_DIR, ADMIN_USERNAME: 'root', ADMIN_PASSWORD: PASSWORD }
      const first = await startServer(named)
      const { status } = await signIn(first, 'root')
      const { stdout } = await first.end('SIGTERM')
      const second = await startServer({ ...named, ADMIN_USERNAME: 'other', ADMIN_PASSWORD: 'another one' })
      const later = await signIn(second, 'root')
      await second.end('SIGTERM')
      assert.deepEqual([status, later.status], [200, 200])
      assert.doesNotMatch(stdout, /First administrator/)
      assert.deepEqual(await admins(DATA_DIR), ['root'])
    })
  })

  test('reads secrets from files', async () => {
    await withFolder(async (DATA_DIR) => {
      const [password, secret] = [join(DATA_DIR, 'password'), join(DATA_DIR, 'secret')]
      await writeFile(password, `${PASSWORD}\n`)
      await writeFile(secret, 'a secret of more than thirty-two characters\n')
      const files = { ADMIN_PASSWORD_FILE: password, JWT_SECRET_FILE: secret }
      const server = await startServer({ DATA_DIR, ADMIN_USERNAME: 'root', ...files })
      const { body } = await signIn(server, 'root')
      await server.end('SIGTERM')
      const [header = ''] = body.access_token.split('.')
      assert.equal(JSON.parse(Buffer.from(header, 'base64url').toString()).alg, 'HS256')
    })
  })

  test('of two processes at the same moment makes one administrator and one key', async () => {
    await withFolder(async (DATA_DIR) => {
      const named = { DATA_DIR, ADMIN_USERNAME: 'root', ADMIN_PASSWORD: PASSWORD }
      const servers = await Promise.all([startServer(named), startServer(named)])
      const answers = await Promise.all(servers.map((server) => signIn(server, 'root')))
      const keys = await stored(DATA_DIR, "select kid from signing_keys where purpose = 'access'")
      await Promise.all(servers.map((server) => server.end('SIGTERM')))
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200],
      )
      assert.deepEqual(await admins(DATA_DIR), ['root'])
      assert.equal(keys.length, 1)
    })
  })
})

suite('a start that cannot be', () => {
  test('names every wrong setting at once, and ends with 78', async () => {
    await withFolder(async (DATA_DIR) => {
      const wrong = {
        PORT: '99999',
        ROLE: 'boss',
        LOG_LEVEL: 'loud',
        RATE_LIMIT: 'often',
        BODY_LIMIT: '1tb',
        ACCESS_TOKEN_TTL: '0s',
        JWT_SECRET: 'short',
        JWT_SECRET_FILE: '/nowhere',
        PUBLIC_URL: 'nowhere',
        MAIL_URL: 'pigeon:',
        TRUSTED_PROXIES: 'localhost',
        OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4318',
        OTEL_EXPORTER_OTLP_HEADERS: 'api-key',
        OTEL_TRACES_SAMPLER_ARG: '50%',
      }
      const { code, stdout, stderr } = await startProcess(['serve'], { DATA_DIR, ...wrong }).ended
      assert.equal(code, 78)
      assert.equal(stdout, '')
      for (const name of Object.keys(wrong).filter((name) => name !== 'JWT_SECRET_FILE')) {
        assert.match(stderr, new RegExp(`^ {2}${name}: `, 'm'))
      }
      assert.doesNotMatch(stderr, /short|^ +at /m)
    })
  })

  test('tells of half an administrator', async () => {
    await withFolder(async (DATA_DIR) => {
      const { code, stderr } = await startProcess(['serve'], { DATA_DIR, ADMIN_USERNAME: 'root' }).ended
      assert.equal(code, 78)
      assert.match(stderr, /ADMIN_USERNAME and ADMIN_PASSWORD/)
    })
  })

  test('tells in one sentence that the port is taken', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = await startServer({ DATA_DIR })
      const { port } = new URL(server.address)
      const { code, stderr } = await startProcess(['serve'], { DATA_DIR, ...QUIET, PORT: port }).ended
      await server.end('SIGTERM')
      assert.equal(code, 1)
      assert.match(stderr, /address already in use/)
      assert.doesNotMatch(stderr, /^ +at /m)
    })
  })

  test('tells in one sentence that the administrator to be made has a name that is taken', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = await startServer({ DATA_DIR })
      await register(server, 'ana')
      await server.end('SIGTERM')
      const named = { DATA_DIR, ...QUIET, ADMIN_USERNAME: 'Ana', ADMIN_PASSWORD: PASSWORD }
      const { code, stderr } = await startProcess(['serve'], named).ended
      assert.equal(code, 1)
      assert.match(stderr, /^[^\n]*Another account has this name[^\n]*\n$/)
    })
  })
})

suite('a stop', { concurrency: 3 }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`by ${signal} ends with 0`, async () => {
      await withFolder(async (DATA_DIR) => {
        const server = await startServer({ DATA_DIR })
        const { code } = await server.end(signal)
        assert.equal(code, 0)
      })
    })
  }

  const connections: [what: string, sent: string][] = [
    ['that is idle after a request', 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['that has sent nothing', ''],
    ['that has sent half a request', 'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n'],
    [
      'that has sent half a body',
      'POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{',
    ],
  ]
  for (const [what, sent] of connections) {
    test(`does not wait long for a connection ${what}`, async () => {
      await withFolder(async (DATA_DIR) => {
        const server = await startServer({ DATA_DIR })
        const { hostname, port } = new URL(server.address)
        const socket = connect({ host: hostname, port: Number(port) })
        await once(socket, 'connect')
        socket.on('error', () => {}).write(sent)
        if (sent.startsWith('GET')) await once(socket, 'data')
        else await server.call('GET', '/livez')
        const began = performance.now()
        const { code } = await server.end('SIGTERM')
        socket.destroy()
        assert.equal(code, 0)
        assert.ok(performance.now() - began < STOP_SECONDS_MAX * 1000)
      })
    })
  }

  test('answers what has arrived', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = await startServer({ DATA_DIR })
      const registering = Array.from({ length: 10 }, (_, index) => register(server, `person${index}`))
      await Promise.race(registering)
      const { code } = await server.end('SIGTERM')
      const settled = await Promise.allSettled(registering)
      const made = settled.filter((answer) => answer.status === 'fulfilled' && answer.value.status === 201)
      const [{ count } = {}] = await stored(DATA_DIR, 'select count(*) as count from users')
      assert.equal(code, 0)
      assert.equal(made.length, count)
    })
  })
})

test('a process that only answers leaves its jobs to one that only works', async () => {
  await withFolder(async (DATA_DIR) => {
    const web = await startServer({ DATA_DIR, ROLE: 'web' })
    const { status } = await register(web, 'ana')
    const states = async () => (await stored(DATA_DIR, 'select state from mails')).map(({ state }) => state)
    await web.end('SIGTERM')
    assert.equal(status, 201)
    assert.deepEqual(await states(), ['queued'])
    const worker = startProcess(['work'], { DATA_DIR, ...QUIET })
    await worker.line(/at work/)
    await eventually(async () => (await states())[0] === 'kept')
    const { code, stdout } = await worker.end('SIGTERM')
    assert.equal(code, 0)
    assert.doesNotMatch(stdout, /ready at/)
  })
})

test('no password and no token stands in the log, however much is logged', async () => {
  await withFolder(async (DATA_DIR) => {
    const server = await startServer({ DATA_DIR, LOG_LEVEL: 'trace' })
    const { body } = await register(server, 'ana')
    await signIn(server, 'ana', 'a password that is wrong')
    await server.call('GET', '/api/v1/users/me', { token: body.access_token })
    await server.call('GET', '/api/v1/users/me', { token: `${body.access_token}x` })
    await server.call('POST', '/api/v1/auth/login', { body: `{"username": "ana", "password": "${PASSWORD}"` })
    const { stdout, stderr } = await server.end('SIGTERM')
    for (const secret of [PASSWORD, 'a password that is wrong', body.access_token, body.refresh_token]) {
      assert.ok(!`${stdout}${stderr}`.includes(secret))
    }
  })
})
