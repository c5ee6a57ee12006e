import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Loggia, openLoggia } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Clock } from '../../src/kit/clock.ts'

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  body: any
}

export interface Person {
  id: number
  username: string
  password: string
  token: string
  refreshToken: string
}

export interface Call {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

export interface TestLoggia {
  address: string
  dataDir: string
  loggia: Loggia
  call(method: string, path: string, call?: Call): Promise<Answer>
  /** A new account, signed in. */
  register(username: string, more?: object): Promise<Person>
  /** The same as an administrator. */
  registerAdmin(username: string): Promise<Person>
  signIn(username: string, password: string): Promise<Person>
  /** Sees every job through that may run now. */
  drain(): Promise<void>
  close(): Promise<void>
}

export const PASSWORD = 'correct horse battery'

/** The real program on a port and a folder of its own. `settings` are environment variables. */
export async function startLoggia(
  settings: Record<string, string> = {},
  options: { clock?: Clock; dataDir?: string } = {},
): Promise<TestLoggia> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'loggia-test-')))
  const config = loadConfig({
    DATA_DIR: dataDir,
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'silent',
    PORT: '0',
    ...settings,
  })
  const loggia = await openLoggia(config, pino({ level: config.logLevel }), options.clock)
  loggia.work()
  await loggia.app.listen({ port: 0, host: '127.0.0.1' })
  const address = `http://127.0.0.1:${(loggia.app.server.address() as AddressInfo).port}`

  async function call(
    method: string,
    path: string,
    { token, body, headers = {} }: Call = {},
  ): Promise<Answer> {
    const answer = await fetch(address + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
    })
    const text = await answer.text()
    const isJson = /\bjson\b/.test(answer.headers.get('content-type') ?? '')
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    }
  }

  function toPerson(answer: Answer, username: string, password: string): Person {
    if (answer.status >= 300) throw new Error(`${username}: ${JSON.stringify(answer.body)}`)
    const { user, access_token: token, refresh_token: refreshToken } = answer.body
    return { id: user.id, username, password, token, refreshToken }
  }

  async function register(username: string, more: object = {}): Promise<Person> {
    const body = { username, password: PASSWORD, ...more }
    return toPerson(await call('POST', '/api/v1/auth/register', { body }), username, body.password)
  }

  async function signIn(username: string, password: string): Promise<Person> {
    return toPerson(
      await call('POST', '/api/v1/auth/login', { body: { username, password } }),
      username,
      password,
    )
  }

  return {
    address,
    dataDir,
    loggia,
    call,
    register,
    signIn,
    async registerAdmin(username) {
      const newcomer = { username, email: null, gender: null, role: 'admin' as const, locale: 'en' }
      await loggia.registration.createAccount(newcomer, { password: PASSWORD })
      return signIn(username, PASSWORD)
    },
    drain: loggia.drain,
    async close() {
      await loggia.close()
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
