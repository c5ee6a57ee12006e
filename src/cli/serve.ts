import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type Logger, pino } from 'pino'
import { type Loggia, openLoggia } from '../app.ts'
import type { Config } from '../config.ts'

/** After this long a stop no longer waits for anybody. */
const STOP_MS = 9_000

export async function serve(config: Config): Promise<number> {
  const logger = createLogger(config)
  const loggia = await openLoggia(config, logger)
  await makeFirstAdmin(config, loggia)
  if (config.role !== 'web') loggia.work()
  if (config.role !== 'work') await listen(config, loggia)
  return untilStopped(loggia, logger)
}

export function work(config: Config): Promise<number> {
  return serve({ ...config, role: 'work' })
}

export function createLogger({ logLevel }: Config): Logger {
  return pino({ level: logLevel, redact: ['*.password', '*.authorization', 'req.headers.authorization'] })
}

async function makeFirstAdmin(
  { adminUsername, adminPassword }: Config,
  { registration }: Loggia,
): Promise<void> {
  if (adminUsername === undefined || adminPassword === undefined) return
  if ((await registration.setupToken()) === null) return
  const newcomer = {
    username: adminUsername,
    email: null,
    gender: null,
    role: 'admin' as const,
    locale: 'en',
  }
  await registration.createAccount(newcomer, { password: adminPassword })
}

async function listen({ port, host, publicUrl }: Config, { app, registration }: Loggia): Promise<void> {
  await app.listen({ port, host })
  const { port: taken } = app.server.address() as AddressInfo
  const address = publicUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${taken}`
  const setupToken = await registration.setupToken()
  const setup = setupToken === null ? [] : [`  First administrator  ${address}/setup?token=${setupToken}`]
  const lines = [
    `Loggia is ready at ${address}`,
    `  Console              ${address}/`,
    `  API reference        ${address}/docs`,
    ...setup,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Finishes what runs, then 0; a stop that takes too long ends all the same, and what it cut off runs again later. */
async function untilStopped(loggia: Loggia, logger: Logger): Promise<number> {
  const stopped = new AbortController()
  const { signal } = stopped
  await Promise.race([once(process, 'SIGTERM', { signal }), once(process, 'SIGINT', { signal })])
  stopped.abort()
  logger.info('stopping')
  const timer = setTimeout(() => process.exit(0), STOP_MS)
  await loggia.close()
  clearTimeout(timer)
  return 0
}
