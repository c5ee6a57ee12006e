import type { Clock } from '../../kit/clock.ts'
import { type Database, type Transaction, tablesOf } from '../../platform/database/index.ts'
import type { Files } from '../../platform/files/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import { type DocumentRow, fileNameOf, REMOVAL_JOB, RENDER_JOB } from './documents.ts'
import type { Renderer } from './render/renderer.ts'
import type { TemplateData, TemplateName } from './render/templates.ts'
import type { DocumentTables } from './tables.ts'

/** The facts of a document as they stand when it is drawn. Throws when its subject is gone. */
export type Gather = { [Name in TemplateName]: (subjectId: number) => Promise<TemplateData[Name]> }

export interface DrawingOptions {
  db: Database
  clock: Clock
  jobs: Jobs
  files: Files
  renderer: Renderer
  gather: Gather
  /** In the transaction that makes a document ready whose owner wants to be told. */
  onReady: (tx: Transaction, document: DocumentRow) => Promise<void>
}

const GATHERED_PROGRESS = 30

/** The job behind a document. Run twice, it writes the same file under the same name. */
export function handleDocumentJobs(options: DrawingOptions): void {
  const { clock, jobs, files, renderer, gather, onReady } = options
  const db = tablesOf<DocumentTables>(options.db)

  jobs.handle(RENDER_JOB, {
    needs: { id: 'number' },
    run: ({ id }) => draw(id),
    giveUp: ({ id }, reason) => change(id, { state: 'failed', error: reason, finished_at: clock() }),
    tries: 3,
    backoff: { baseSeconds: 1, maxSeconds: 30 },
    leaseSeconds: 60,
    concurrency: 2,
  })
  jobs.handle(REMOVAL_JOB, {
    needs: { id: 'number' },
    run: ({ id }) => files.delete(fileNameOf(id)),
    giveUp: async () => {},
    tries: 10,
    backoff: { baseSeconds: 5, maxSeconds: 3600 },
    leaseSeconds: 30,
    concurrency: 1,
  })

  async function draw(id: number): Promise<void> {
    const row = await find(id)
    if (row === undefined || row.state === 'ready') return
    await change(id, { state: 'running', progress: 0 })
    const data = await gather[row.template](row.subject_id)
    await change(id, { progress: GATHERED_PROGRESS })
    const bytes = await renderer.render(row.template, data)
    await files.put(fileNameOf(id), bytes)
    await makeReady(id)
    // Its owner may have gone while it was drawn; then nobody else would ever remove the file.
    if ((await find(id)) === undefined) await files.delete(fileNameOf(id))
  }

  /** Once, however often the job runs. */
  async function makeReady(id: number): Promise<void> {
    await db.write(async (tx) => {
      const unready = tx.updateTable('documents').where('id', '=', id).where('state', '!=', 'ready')
      const ready = unready.set({ state: 'ready', progress: 100, finished_at: clock() }).returningAll()
      const row = await ready.executeTakeFirst()
      if (row?.notify === 1) await onReady(tx, row)
    })
  }

  function find(id: number): Promise<DocumentRow | undefined> {
    return db.read.selectFrom('documents').where('id', '=', id).selectAll().executeTakeFirst()
  }

  /** A document that is ready stays so, whatever becomes of another run of its job. */
  async function change(id: number, values: Partial<DocumentRow>): Promise<void> {
    await db.write((tx) =>
      tx.updateTable('documents').where('id', '=', id).where('state', '!=', 'ready').set(values).execute(),
    )
  }
}
