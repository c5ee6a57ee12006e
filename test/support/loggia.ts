import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { type Loggia, openLoggia } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Clock } from '../../src/kit/clock.ts'
import { type Answer, type Caller, callerOf } from './call.ts'
import { openInstallation, settingsFor } from './installation.ts'

export type { Answer, Call } from './call.ts'

export interface Person {
  id: number
  username: string
  password: string
  token: string
  refreshToken: string
}

export interface TestLoggia {
  address: string
  dataDir: string
  loggia: Loggia
  call: Caller
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

/** The real program on a port and an installation of its own, or on that of `dataDir`. `settings` are environment variables; `routes` adds some to its own. */
export async function startLoggia(
  settings: Record<string, string> = {},
  options: { clock?: Clock; dataDir?: string; routes?: (app: Loggia['app']) => void } = {},
): Promise<TestLoggia> {
  const own = options.dataDir === undefined ? await openInstallation() : null
  const dataDir = options.dataDir ?? String(own?.path)
  const config = loadConfig({
    ...settingsFor(dataDir),
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'silent',
    PORT: '0',
    ...settings,
  })
  const loggia = await openLoggia(config, pino({ level: config.logLevel }), options.clock)
  options.routes?.(loggia.app)
  loggia.work()
  await loggia.app.listen({ port: 0, host: '127.0.0.1' })
  const address = `http://127.0.0.1:${(loggia.app.server.address() as AddressInfo).port}`

  const call = callerOf(address)

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
      await own?.remove()
    },
  }
}
