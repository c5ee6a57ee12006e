import type { RouteOptions } from 'fastify'
import type { Logger } from 'pino'
import { mountCompat } from './compat/index.ts'
import type { Config } from './config.ts'
import { consoleRoutes } from './http/console.ts'
import { healthRoutes } from './http/health.ts'
import { createIdempotency } from './http/idempotency.ts'
import { createMetrics } from './http/metrics.ts'
import { createRateLimit } from './http/rate-limit.ts'
import { type App, createServer } from './http/server.ts'
import { type Clock, systemClock } from './kit/clock.ts'
import { activityMetrics, queueMetrics } from './metrics.ts'
import { migrate } from './platform/database/index.ts'
import { openPlatform, type Platform } from './platform/index.ts'
import { MIGRATIONS, mountRooms, openRooms, purgeRooms, type Rooms } from './rooms.ts'

export interface Loggia {
  app: App
  /** As they were made; what `openapi.json` is generated from. */
  routes: RouteOptions[]
  /** Those of the published APIs. */
  compatRoutes: RouteOptions[]
  registration: Rooms['accounts']['registration']
  keys: Rooms['accounts']['keys']
  apiKeys: Rooms['accounts']['apiKeys']
  /** Who is acted for at the machine itself. */
  callerNamed: Rooms['accounts']['callers']['named']
  /** Begins to hand on the jobs that are enqueued. */
  relay(): void
  /** Begins to run jobs in this process too. */
  work(): void
  /** Resolves when no job that may run now is left. */
  drain(): Promise<void>
  /** Writes what is gathered in memory: graphs, never records. */
  flush(): Promise<void>
  /** Removes what is kept for a time only and has outlived it. Runs by itself, each hour. */
  purge(): Promise<void>
  close(): Promise<void>
}

/** The whole house: opens the platform, the rooms on it, and the server in front of them. */
export async function openLoggia(
  config: Config,
  logger: Logger,
  clock: Clock = systemClock,
): Promise<Loggia> {
  const onError = (error: unknown, what: string) => logger.error({ err: error }, what)
  const platform = await openMigrated({ config, clock, onError })
  const idempotency = createIdempotency({ db: platform.database, clock })
  const streams = new AbortController()
  const seams = { config, platform, db: idempotency.database, clock }
  const rooms = openRooms({ ...seams, closing: streams.signal, onError })
  const routes: RouteOptions[] = []
  const compatRoutes: RouteOptions[] = []
  const app = createServer({
    logger,
    ...config,
    traceRequests: await requestSpans(platform),
    authenticate: rooms.accounts.callers.authenticate,
    redeemTicket: async (ticket) => rooms.accounts.callers.resume(await rooms.alerts.tickets.redeem(ticket)),
    limitRate: createRateLimit({
      cache: platform.cache,
      people: config.rateLimit,
      machines: config.machineRateLimit,
    }),
    idempotency,
    onRoute: (route) => (route.url.startsWith('/compat/') ? compatRoutes : routes).push(route),
  })
  mountOperations(app, platform, rooms)
  mountRooms(app, rooms)
  mountCompat(app, config.compat, { ...rooms, pingQueues: platform.pings.redis ?? platform.pings.database })

  const housekeeping = setInterval(() => {
    purge().catch((error) => onError(error, 'Housekeeping failed; it is tried again.'))
  }, HOUSEKEEPING_MS)

  async function purge(): Promise<void> {
    await Promise.all([idempotency.purge(), purgeRooms(rooms)])
  }

  let closed: Promise<void> | undefined
  return {
    app,
    routes,
    compatRoutes,
    ...forCommands(rooms),
    relay: platform.jobs.relay,
    work() {
      platform.jobs.start()
      rooms.intake.start()
    },
    async drain() {
      await rooms.intake.drain()
      await platform.jobs.drain()
    },
    flush: rooms.queues.history.flush,
    purge,
    close: () => {
      closed ??= close()
      return closed
    },
  }

  async function close(): Promise<void> {
    clearInterval(housekeeping)
    streams.abort()
    await Promise.all([app.close(), platform.jobs.stop(), rooms.intake.stop()])
    rooms.detections.close()
    await rooms.queues.history.close()
    await platform.close()
    await rooms.documents.close()
  }
}

async function requestSpans({ tracing }: Platform): Promise<((app: App) => void) | null> {
  return tracing && (await import('./http/request-spans.ts')).createRequestSpans(tracing)
}

function forCommands({ accounts: { registration, keys, apiKeys, callers } }: Rooms) {
  return { registration, keys, apiKeys, callerNamed: callers.named }
}

async function openMigrated(options: Parameters<typeof openPlatform>[0]): Promise<Platform> {
  const platform = await openPlatform(options)
  try {
    await migrate(platform.database, MIGRATIONS)
    return platform
  } catch (error) {
    await platform.close()
    throw error
  }
}

const HOUSEKEEPING_MS = 3_600_000

function mountOperations(app: App, platform: Platform, rooms: Rooms): void {
  const metrics = createMetrics({
    activity: () => activityMetrics(platform, rooms),
    queues: () => queueMetrics(rooms),
  })
  metrics.observe(app)
  metrics.route(app)
  healthRoutes(app, platform.pings)
  consoleRoutes(app)
}
