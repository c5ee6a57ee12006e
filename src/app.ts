import type { RouteOptions } from 'fastify'
import type { Logger } from 'pino'
import { mountCompat } from './compat/index.ts'
import type { Config } from './config.ts'
import { consoleRoutes } from './http/console.ts'
import { healthRoutes } from './http/health.ts'
import { createIdempotency } from './http/idempotency.ts'
import { migrations as idempotencyMigrations } from './http/idempotency-records.ts'
import { createMetrics } from './http/metrics.ts'
import { createRateLimit } from './http/rate-limit.ts'
import { type App, createServer, mount } from './http/server.ts'
import { createEventStreams } from './http/sse.ts'
import { type Clock, systemClock } from './kit/clock.ts'
import * as accountsRoom from './modules/accounts/index.ts'
import * as alertsRoom from './modules/alerts/index.ts'
import * as catalogueRoom from './modules/catalogue/index.ts'
import * as detectionsRoom from './modules/detections/index.ts'
import * as documentsRoom from './modules/documents/index.ts'
import * as mailRoom from './modules/mail/index.ts'
import * as queuesRoom from './modules/queues/index.ts'
import * as tasksRoom from './modules/tasks/index.ts'
import * as usersRoom from './modules/users/index.ts'
import { type Database, migrate } from './platform/database/index.ts'
import { openPlatform, type Platform } from './platform/index.ts'
import { migrations as jobMigrations, type OnError } from './platform/jobs/index.ts'
import { migrations as queueMigrations } from './platform/queue/index.ts'

/** In the order in which they stand on one another: a room's tables may point to those before it. */
const MIGRATIONS = {
  queue: queueMigrations,
  jobs: jobMigrations,
  idempotency: idempotencyMigrations,
  users: usersRoom.migrations,
  accounts: accountsRoom.migrations,
  documents: documentsRoom.migrations,
  mail: mailRoom.migrations,
  tasks: tasksRoom.migrations,
  catalogue: catalogueRoom.migrations,
  queues: queuesRoom.migrations,
  detections: detectionsRoom.migrations,
  alerts: alertsRoom.migrations,
}

export interface Loggia {
  app: App
  /** As they were made; what `openapi.json` is generated from. */
  routes: RouteOptions[]
  /** Those of the published APIs. */
  compatRoutes: RouteOptions[]
  registration: Rooms['accounts']['registration']
  keys: Rooms['accounts']['keys']
  /** Begins to run jobs in this process. */
  work(): void
  /** Resolves when no job that may run now is left. */
  drain(): Promise<void>
  /** Writes what is gathered in memory: graphs, never records. */
  flush(): Promise<void>
  /** Removes what is kept for a time only and has outlived it. Runs by itself, each hour. */
  purge(): Promise<void>
  close(): Promise<void>
}

/** The whole house: opens the platform, then each room in order, connects them, and mounts them. */
export async function openLoggia(
  config: Config,
  logger: Logger,
  clock: Clock = systemClock,
): Promise<Loggia> {
  const onError = (error: unknown, what: string) => logger.error({ err: error }, what)
  const platform = openPlatform({ config, clock, onError })
  await migrate(platform.database, MIGRATIONS)

  const idempotency = createIdempotency({ db: platform.database, clock })
  const streams = new AbortController()
  const seams = { config, platform, db: idempotency.database, clock }
  const rooms = openRooms({ ...seams, closing: streams.signal, onError })
  const routes: RouteOptions[] = []
  const compatRoutes: RouteOptions[] = []
  const app = createServer({
    logger,
    ...config,
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
  mountOperations(app, platform)
  mountRooms(app, rooms)
  mountCompat(app, config.compat, { ...rooms, pingQueues: platform.database.ping })

  const housekeeping = setInterval(() => {
    purge().catch((error) => onError(error, 'Housekeeping failed; it is tried again.'))
  }, HOUSEKEEPING_MS)

  async function purge(): Promise<void> {
    await Promise.all([
      idempotency.purge(),
      rooms.accounts.sessions.purgeExpired(),
      rooms.queues.history.purge(),
      rooms.mail.retention.purge(),
      rooms.alerts.retention.purge(),
      rooms.alerts.cooldowns.purge(),
    ])
  }

  let closed: Promise<void> | undefined
  return {
    app,
    routes,
    compatRoutes,
    registration: rooms.accounts.registration,
    keys: rooms.accounts.keys,
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
    await Promise.all([app.close(), rooms.intake.stop()])
    rooms.detections.close()
    await rooms.queues.history.close()
    await platform.close()
    await rooms.documents.close()
  }
}

const HOUSEKEEPING_MS = 3_600_000

interface Ground {
  config: Config
  platform: Platform
  db: Database
  clock: Clock
  /** Aborted when the server stops. */
  closing: AbortSignal
  onError: OnError
}

type Rooms = ReturnType<typeof openRooms>

function openRooms({ config, platform, db, clock, closing, onError }: Ground) {
  const { bus, cache, jobs, mailer } = platform
  const seams = { db, bus, clock, jobs, onError }
  const linkTo = (path: string) => `${config.publicUrl ?? `http://localhost:${config.port}`}${path}`

  const mail = mailRoom.openMail({ ...seams, config, mailer, linkTo })
  const people = usersRoom.createPeople({ clock })
  const accounts = accountsRoom.openAccounts({
    ...seams,
    config,
    cache,
    people,
    scopes: { ...queuesRoom.scopes, ...detectionsRoom.scopes },
    pickLocale: mailRoom.pickLocale,
    onRegistered: mail.letters.welcome,
    onResetRequested: mail.letters.passwordReset,
  })
  const users = usersRoom.createUsers({
    db,
    clock,
    onRightsChanged: accounts.callers.recheck,
    onDeleting: (tx, userId) => documents.forget(tx, userId),
  })
  const stats = usersRoom.createStats({ db })
  const tasks = tasksRoom.createTasks({ db, clock })
  const catalogue = catalogueRoom.openCatalogue({ db })
  const { database, queue } = platform
  const queues = queuesRoom.openQueues({ ...seams, db: database, queue, closing })
  const openEventStream = createEventStreams({ closing, clock, rights: accounts.callers })
  const alerts = alertsRoom.openAlerts({ ...seams, config, publish: null, openEventStream })
  const { detections, intake } = detectionsRoom.openDetections({
    ...seams,
    queue,
    onDetected: alerts.alerts.raise,
    onTaken: (name, count) => queues.history.count(name, 'acked', count),
  })
  const documents = documentsRoom.openDocuments({
    ...seams,
    files: platform.files,
    async authorize(caller, { template, subject_id, notify }) {
      if (notify) await people.assertReachable(db.read, caller.userId)
      if (template === 'price_list') await catalogue.stores.get(subject_id)
      else await stats.get(caller, subject_id)
    },
    gather: {
      profile: async (id) => ({ ...(await people.portrait(db.read, id)), stats: await stats.of(id) }),
      tasks: async (id) => ({ ...(await people.signature(db.read, id)), tasks: await tasks.allOf(id) }),
      price_list: (id) => catalogue.stores.priceList(id),
    },
    async onReady(tx, { id, owner_id, template }) {
      const owner = await people.reachable(tx, owner_id)
      if (owner !== undefined) await mail.letters.documentReady(tx, owner, { id, template })
    },
  })
  return { mail, accounts, users, stats, tasks, catalogue, queues, detections, intake, alerts, documents }
}

function mountOperations(app: App, { database }: Platform): void {
  const metrics = createMetrics()
  metrics.observe(app)
  metrics.route(app)
  healthRoutes(app, [{ name: 'database', check: database.ping }])
  consoleRoutes(app)
}

function mountRooms(app: App, rooms: Rooms): void {
  const { mail, accounts, users, stats, tasks, catalogue, queues, detections, alerts, documents } = rooms
  accountsRoom.jwksRoute(app, accounts)
  mount(app, 'accounts', (scope) => accountsRoom.accountRoutes(scope, accounts, usersRoom.User))
  mount(app, 'users', (scope) => usersRoom.userRoutes(scope, users, stats))
  mount(app, 'documents', (scope) => documentsRoom.documentRoutes(scope, documents))
  mount(app, 'mail', (scope) => mailRoom.mailRoutes(scope, mail.mails))
  mount(app, 'tasks', (scope) => tasksRoom.taskRoutes(scope, tasks))
  mount(app, 'catalogue', (scope) => catalogueRoom.catalogueRoutes(scope, catalogue))
  mount(app, 'queues', (scope) => {
    queuesRoom.queueRoutes(scope, queues)
    queuesRoom.repairRoutes(scope, queues)
  })
  mount(app, 'detections', (scope) => detectionsRoom.detectionRoutes(scope, detections))
  mount(app, 'alerts', (scope) => {
    alertsRoom.alertRoutes(scope, alerts, detectionsRoom.Detection)
    alertsRoom.webhookRoutes(scope, alerts.webhooks)
  })
}
