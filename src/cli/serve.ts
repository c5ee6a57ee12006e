import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type Logger, pino } from 'pino'
import { type Loggia, openLoggia } from '../app.ts'
import type { Config } from '../config.ts'
import type { Call } from './command.ts'

/** After this long a stop no longer waits for anybody. */
const STOP_MS = 9_000

export function serve({ settings }: Call): Promise<number> {
  return runServer(settings())
}

export function work({ settings }: Call): Promise<number> {
  return runServer({ ...settings(), role: 'work' })
}

async function runServer(config: Config): Promise<number> {
  // Before anybody can be told that it runs: a signal in the midst of the start ends it as soon as it stands.
  const signalled = stopSignal()
  const logger = createLogger(config)
  const loggia = await openLoggia(config, logger)
  let exitCode = 1
  try {
    await makeFirstAdmin(config, loggia)
    if (config.role === 'web') loggia.relay()
    else loggia.work()
    process.stdout.write(config.role === 'work' ? AT_WORK : await listen(config, loggia))
    await signalled
    logger.info('stopping')
    exitCode = 0
  } finally {
    await stop(loggia, exitCode)
  }
  return exitCode
}

const AT_WORK = 'Loggia is at work; this process runs jobs and answers no requests.\n'

/** `output`: 1 is standard output, 2 standard error. */
export function createLogger({ logLevel }: Config, output: 1 | 2 = 1): Logger {
  const redact = ['*.password', '*.authorization', 'req.headers.authorization']
  return pino({ level: logLevel, redact }, pino.destination({ dest: output, sync: true }))
}

async function makeFirstAdmin(
  { adminUsername, adminPassword }: Config,
  { registration }: Loggia,
): Promise<void> {
  if (adminUsername === undefined || adminPassword === undefined) return
  await registration.ensureAdmin({ username: adminUsername, password: adminPassword })
}

/** What is told of it. */
/**
 * Connections that may wait to be accepted. Where a node goes away, all its readers come to the next one at once, and whoever
 * finds no place tries again after seconds, then minutes. Linux takes no more than net.core.somaxconn, 4096 unless set.
 */
const BACKLOG = 4096

async function listen({ port, host, publicUrl }: Config, { app, registration }: Loggia): Promise<string> {
  await app.listen({ port, host, backlog: BACKLOG })
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
  return `${lines.join('\n')}\n`
}

async function stopSignal(): Promise<void> {
  const stopped = new AbortController()
  const { signal } = stopped
  await Promise.race([once(process, 'SIGTERM', { signal }), once(process, 'SIGINT', { signal })])
  stopped.abort()
}

/** Finishes what runs; a stop that takes too long ends all the same, and what it cut off runs again later. */
async function stop(loggia: Loggia, exitCode: number): Promise<void> {
  const timer = setTimeout(() => process.exit(exitCode), STOP_MS)
  await loggia.close()
  clearTimeout(timer)
}
