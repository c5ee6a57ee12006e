import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { loadConfig } from '../../src/config.ts'
import type { Caller } from '../../src/http/access.ts'
import { systemClock } from '../../src/kit/clock.ts'
import { createChanges } from '../../src/modules/documents/changes.ts'
import { createDocuments } from '../../src/modules/documents/documents.ts'
import { handleDocumentJobs } from '../../src/modules/documents/drawing.ts'
import { migrations as documentMigrations } from '../../src/modules/documents/migrations.ts'
import { createRenderer } from '../../src/modules/documents/render/renderer.ts'
import { createRows } from '../../src/modules/documents/rows.ts'
import { createPeople, migrations as userMigrations } from '../../src/modules/users/index.ts'
import { migrate } from '../../src/platform/database/index.ts'
import { openPlatform } from '../../src/platform/index.ts'
import { type JobHandler, migrations as jobMigrations } from '../../src/platform/jobs/index.ts'
import { migrations as queueMigrations } from '../../src/platform/queue/index.ts'
import { openInstallation, settingsFor } from '../support/installation.ts'
import { eventually } from '../support/process.ts'

const ENDLESS = '#for i in range(1000000) { for j in range(1000000) { let x = i * j } }'
const EMAIL = { email: null, gender: null, role: 'user' as const, locale: 'en' }

/** The room over templates of the test's own, on real tables, jobs and processes. */
async function openDrawing(templates: Record<string, string>) {
  const { path: folder, remove } = await openInstallation()
  for (const [name, source] of Object.entries(templates)) await writeFile(join(folder, `${name}.typ`), source)
  const config = loadConfig(settingsFor(folder))
  const clock = systemClock
  const platform = await openPlatform({ config, clock, onError: () => {} })
  const { database: db, bus, files, removals } = platform
  await migrate(db, {
    queue: queueMigrations,
    jobs: jobMigrations,
    users: userMigrations,
    documents: documentMigrations,
  })
  const { id: userId } = await db.write((tx) =>
    createPeople({ clock }).create(tx, { username: 'ana', ...EMAIL }),
  )
  const handlers = new Map<string, JobHandler>()
  const jobs = {
    ...platform.jobs,
    handle(job: string, handler: JobHandler) {
      handlers.set(job, handler)
      platform.jobs.handle(job, handler)
    },
  }
  const changes = createChanges({ bus })
  const rows = createRows()
  const renderer = createRenderer({ threads: 2, timeoutMs: 3_000, templatesDir: folder })
  const gathered = async () => ({}) as never
  handleDocumentJobs({
    ...{ db, clock, jobs, files, changes, rows, renderer },
    gather: { profile: gathered, tasks: gathered, price_list: gathered },
    onReady: async () => {},
  })
  const documents = createDocuments({
    ...{ db, clock, jobs, files, removals, changes, rows },
    authorize: async () => {},
  })
  const caller = { userId } as Caller
  jobs.start()
  return {
    handlerOf: (job: string) => handlers.get(job) as JobHandler,
    ask: async (template: 'profile' | 'tasks') =>
      (await documents.request(caller, { template, subject_id: userId })).id,
    get: (id: number) => documents.get(caller, id),
    async close() {
      await platform.close()
      await renderer.close()
      await remove()
    },
  }
}

suite('drawing', () => {
  let drawing: Awaited<ReturnType<typeof openDrawing>>

  before(async () => {
    drawing = await openDrawing({ profile: ENDLESS, tasks: 'A page.' })
  })
  after(() => drawing.close())

  const isFinished = async (id: number) => (await drawing.get(id)).finished_at !== null

  test('a template that never ends fails at its limit with the reason, and others are drawn meanwhile', async () => {
    const endless = await drawing.ask('profile')
    const quick = await drawing.ask('tasks')
    await eventually(() => isFinished(quick))
    assert.equal(await isFinished(endless), false)
    await eventually(() => isFinished(endless))
    const { state, error, progress } = await drawing.get(endless)
    assert.deepEqual([state, error], ['failed', 'The document was not ready within 3 s.'])
    assert.ok(progress < 100)
    assert.equal((await drawing.get(quick)).state, 'ready')
  })

  test('more endless ones than there are processes hold the others up for their limit, no longer', async () => {
    const endless = await Promise.all([1, 2].map(() => drawing.ask('profile')))
    const quick = await drawing.ask('tasks')
    await eventually(() => isFinished(quick))
    for (const id of endless) await eventually(() => isFinished(id))
    assert.equal((await drawing.get(quick)).state, 'ready')
  })

  test('a job given up late leaves a finished document as it is', async () => {
    const id = await drawing.ask('tasks')
    await eventually(() => isFinished(id))
    const ready = await drawing.get(id)
    await drawing.handlerOf('document').giveUp({ id }, 'too late')
    await drawing.handlerOf('document').run({ id })
    assert.deepEqual(await drawing.get(id), ready)
  })
})
