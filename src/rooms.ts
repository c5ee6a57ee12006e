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
  const { bus, cache, jobs, mailer, files, removals } = platform
  const seams = { config, db, bus, clock, jobs, onError }
  const linkTo = (path: string) => `${config.publicUrl ?? `http://localhost:${config.port}`}${path}`

  const mail = mailRoom.openMail({ ...seams, mailer, linkTo })
  const people = usersRoom.createPeople({ clock })
  const accounts = accountsRoom.openAccounts({
    ...seams,
    cache,
    people,
    scopes: { ...queuesRoom.scopes, ...detectionsRoom.scopes, 'metrics:read': 'admin' },
    pickLocale: mailRoom.pickLocale,
    onRegistered: mail.letters.welcome,
    onResetRequested: mail.letters.passwordReset,
  })
  const users = usersRoom.createUsers({
    ...seams,
    removals,
    onRightsChanged: accounts.callers.recheck,
    onDeleting: (tx, userId) => documents.forget(tx, userId),
  })
  const pictures = usersRoom.createPictures({ db, clock, files, removals })
  const stats = usersRoom.createStats({ db })
  const todo = tasksRoom.openTasks({ ...seams, cache, uidDomain: new URL(linkTo('/')).hostname })
  const { tasks } = todo
  const catalogue = catalogueRoom.openCatalogue({ db, cache })
  const queues = queuesRoom.openQueues({
    ...seams,
    db: platform.database,
    queue: platform.queue,
    closing,
  })
  const streams = createEventStreams({ closing, clock, rights: accounts.callers })
  const alerts = alertsRoom.openAlerts({ ...seams, openEventStream: streams.open, publish: platform.publish })
  const { detections, intake } = detectionsRoom.openDetections({
    ...seams,
    queues: platform.intakes,
    onDetected: alerts.alerts.raise,
    onTaken: (name, count) => queues.history.count(name, 'acked', count),
  })
  const documents = documentsRoom.openDocuments({
    ...{ ...seams, files, removals, openEventStream: streams.open },
    async authorize(caller, { template, subject_id, notify }) {
      if (notify) await people.assertReachable(db.read, caller.userId)
      if (template === 'price_list') await catalogue.stores.assertExists(subject_id)
      else await stats.get(caller, subject_id)
    },
    gather: gatherFrom(db, { people, stats, tasks, catalogue }),
    async onReady(tx, { id, owner_id, template }) {
      const owner = await people.reachable(tx, owner_id)
      if (owner !== undefined) await mail.letters.documentReady(tx, owner, { id, template })
    },
  })
  const aboutPeople = { accounts, users, pictures, stats, mail }
  const aboutThings = { todo, tasks, catalogue, documents, queues, detections, intake, alerts }
  return { ...aboutPeople, ...aboutThings, streams }
}

interface Sources {
  people: usersRoom.People
  stats: usersRoom.StatsOfUsers
  tasks: tasksRoom.Tasks
  catalogue: catalogueRoom.Catalogue
}

/** What documents show, from the rooms that know it. */
function gatherFrom({ read }: Database, { people, stats, tasks, catalogue }: Sources): documentsRoom.Gather {
  return {
    profile: async (id) => ({ ...(await people.portrait(read, id)), stats: await stats.of(id) }),
    async tasks(id, rowsMax) {
      return { ...(await people.signature(read, id)), tasks: await tasks.allOf(id, rowsMax) }
    },
    async price_list(id, rowsMax) {
      const { ownerId, ...list } = await catalogue.stores.priceList(id, rowsMax)
      return { ...list, locale: (await people.signature(read, ownerId)).locale }
    },
  }
}

/** Removes what each room keeps for a time only and has outlived it. */
export async function purgeRooms({
  accounts,
  queues,
  mail,
  documents,
  pictures,
  todo,
  alerts,
}: Rooms): Promise<void> {
  await Promise.all([
    accounts.sessions.purgeExpired(),
    queues.history.purge(),
    queues.queues.clearExpired(),
    mail.retention.purge(),
    documents.retention.purge(),
    pictures.purge(),
    todo.changes.purge(),
    alerts.retention.purge(),
    alerts.cooldowns.purge(),
  ])
}

/** Each room below `/api/v1`, with a budget of requests of its own. */
export function mountRooms(app: App, rooms: Rooms): void {
  const { mail, accounts, users, pictures, stats, todo, catalogue, queues, detections, alerts, documents } =
    rooms
  accountsRoom.jwksRoute(app, accounts)
  mount(app, 'accounts', (scope) => accountsRoom.accountRoutes(scope, accounts, usersRoom.User))
  mount(app, 'users', (scope) => usersRoom.userRoutes(scope, { users, stats, pictures }))
  mount(app, 'documents', (scope) => documentsRoom.documentRoutes(scope, documents))
  mount(app, 'mail', (scope) => mailRoom.mailRoutes(scope, mail.mails))
  mount(app, 'tasks', (scope) => tasksRoom.taskRoutes(scope, todo))
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
