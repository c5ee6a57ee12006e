import { once } from 'node:events'
import { connect } from 'node:net'

/** Where the real services of a test run are. */
export const ENGINES = {
  postgres: process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres',
  redis: process.env['TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379',
  rabbitmq: process.env['TEST_AMQP_URL'] ?? 'amqp://guest:guest@127.0.0.1:5672',
}

export type Engine = keyof typeof ENGINES

const PORTS: Record<Engine, number> = { postgres: 5432, redis: 6379, rabbitmq: 5672 }
const PATIENCE_MS = 3_000

/**
 * For the `skip` of a test that needs these services: why it cannot run here, or `false`. In CI nothing is skipped, so a
 * service that is missing there is a failure.
 */
export async function unreachable(...engines: Engine[]): Promise<string | false> {
  if (process.env['CI'] === 'true') return false
  for (const engine of engines) {
    const { hostname, port } = new URL(ENGINES[engine])
    const address = { host: hostname, port: Number(port) || PORTS[engine] }
    if (!(await answers(address))) return `${engine} is not reachable at ${address.host}:${address.port}`
  }
  return false
}

async function answers(address: { host: string; port: number }): Promise<boolean> {
  const socket = connect(address)
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(PATIENCE_MS) })
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

export const SUITES: Record<string, Engine[]> = {
  embedded: [],
  postgres: ['postgres'],
  full: ['postgres', 'redis', 'rabbitmq'],
}

/** On which of them the whole suite runs: `TEST_ENGINES` is `embedded` (none), `postgres` or `full`. */
export const suite: Engine[] = suiteNamed(process.env['TEST_ENGINES'] ?? 'embedded')

function suiteNamed(name: string): Engine[] {
  const engines = SUITES[name]
  if (engines === undefined) throw new Error(`TEST_ENGINES is one of ${Object.keys(SUITES).join(', ')}.`)
  return engines
}
