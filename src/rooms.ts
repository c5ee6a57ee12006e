import type { Config } from './config.ts'
import { migrations as idempotencyMigrations } from './http/idempotency-records.ts'
import { type App, mount } from './http/server.ts'
import { createEventStreams } from './http/sse.ts'
import type { Clock } from './kit/clock.ts'
import * as accountsRoom from './modules/accounts/index.ts'
import * as alertsRoom from './modules/alerts/index.ts'
import * as catalogueRoom from './modules/catalogue/index.ts'
import * as detectionsRoom from './modules/detections/index.ts'
import * as documentsRoom from './modules/documents/index.ts'
import * as mailRoom from './modules/mail/index.ts'
import * as queuesRoom from './modules/queues/index.ts'
import * as tasksRoom from './modules/tasks/index.ts'
import * as usersRoom from './modules/users/index.ts'
import type { Database } from './platform/database/index.ts'
import type { Platform } from './platform/index.ts'
import { migrations as jobMigrations, type OnError } from './platform/jobs/index.ts'
import { migrations as queueMigrations } from './platform/queue/index.ts'

/** In the order in which they stand on one another: a room's tables may point to those before it. */
export const MIGRATIONS = {
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

interface Ground {
  config: Config
  platform: Platform
  db: Database
  clock: Clock
  /** Aborted when the server stops. */
  closing: AbortSignal
  onError: OnError
}

export type Rooms = ReturnType<typeof openRooms>

/** Each room in order, connected to one another: what a room needs of another is handed to it here. */
export function openRooms({ config, platform, db, clock, closing, onError }: Ground) {
  const { bus, cache, jobs, mailer } = platform
  const linkTo = (path: string) => `${config.publicUrl ?? `http://localhost:${config.port}`}${path}`

  const mail = mailRoom.openMail({ config, db, clock, jobs, mailer, linkTo })
  const people = usersRoom.createPeople({ clock })
  const accounts = accountsRoom.openAccounts({
    config,
    db,
    cache,
    bus,
    jobs,
    clock,
    people,
    scopes: { ...queuesRoom.scopes, ...detectionsRoom.scopes, 'metrics:read': 'admin' },
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
  const todo = tasksRoom.openTasks({ db, cache, clock, uidDomain: new URL(linkTo('/')).hostname })
  const { tasks } = todo
  const catalogue = catalogueRoom.openCatalogue({ db })
  const queues = queuesRoom.openQueues({
    db: platform.database,
    clock,
    queue: platform.queue,
    closing,
    onError,
  })
  const streams = createEventStreams({ closing, clock, rights: accounts.callers })
  const alerts = alertsRoom.openAlerts({ db, bus, clock, openEventStream: streams.open, onError })
  const detections = detectionsRoom.createDetections({ db, clock, onDetected: alerts.alerts.raise })
  const documents = documentsRoom.openDocuments({
    db,
    clock,
    jobs,
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
  const first = { mail, accounts, users, stats }
  return { ...first, todo, tasks, catalogue, queues, detections, alerts, documents, streams }
}

/** Each room below `/api/v1`, with a budget of requests of its own. */
export function mountRooms(app: App, rooms: Rooms): void {
  const { mail, accounts, users, stats, todo, catalogue, queues, detections, alerts, documents } = rooms
  accountsRoom.jwksRoute(app, accounts)
  mount(app, 'accounts', (scope) => accountsRoom.accountRoutes(scope, accounts, usersRoom.User))
  mount(app, 'users', (scope) => usersRoom.userRoutes(scope, users, stats))
  mount(app, 'documents', (scope) => documentsRoom.documentRoutes(scope, documents))
  mount(app, 'mail', (scope) => mailRoom.mailRoutes(scope, mail.mails))
  mount(app, 'tasks', (scope) => tasksRoom.taskRoutes(scope, todo))
  mount(app, 'catalogue', (scope) => catalogueRoom.catalogueRoutes(scope, catalogue))
  mount(app, 'queues', (scope) => {
    queuesRoom.queueRoutes(scope, queues)
    queuesRoom.repairRoutes(scope, queues)
  })
  mount(app, 'detections', (scope) => detectionsRoom.detectionRoutes(scope, detections))
  mount(app, 'alerts', (scope) => alertsRoom.alertRoutes(scope, alerts, detectionsRoom.Detection))
}
