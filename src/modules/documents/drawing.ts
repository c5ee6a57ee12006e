import { setTimeout as delay } from 'node:timers/promises'
import type { Clock } from '../../kit/clock.ts'
import { conflict, LoggiaError } from '../../kit/errors.ts'
import { type Database, type Transaction, tablesOf } from '../../platform/database/index.ts'
import type { Files } from '../../platform/files/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Changes } from './changes.ts'
import { fileNameOf, RENDER_JOB } from './documents.ts'
import { RenderError, type Renderer } from './render/renderer.ts'
import type { TemplateData, TemplateName } from './render/templates.ts'
import type { DocumentRow, DocumentRows } from './rows.ts'
import type { DocumentTables } from './tables.ts'

/** The facts of a document as they stand when it is drawn, no more than so many rows of a list. Throws when its subject is gone. */
export type Gather = {
  [Name in TemplateName]: (subjectId: number, rowsMax: number) => Promise<TemplateData[Name]>
}

export interface DrawingOptions {
  db: Database
  clock: Clock
  jobs: Jobs
  files: Files
  changes: Changes
  rows: DocumentRows
  renderer: Renderer
  gather: Gather
  /** In the transaction that makes a document ready whose owner wants to be told. */
  onReady: (tx: Transaction, document: DocumentRow) => Promise<void>
}

const GATHERED_PROGRESS = 30
/** A page is ready before anybody could see it being drawn, and saves itself the telling. */
const QUICK_MS = 50

/** Some hundred pages, drawn in seconds. Nobody reads a longer list on paper. */
const ROWS_MAX = 5_000

/** More than are drawn at a time: while some are drawn, others are gathered and written to disk, and share their commits. */
const CONCURRENCY = 16

/** More than what fails by itself needs: to RabbitMQ all that a killed process had fetched was tried, also what it had not begun. */
const TRIES = 5

const FAILED_INSIDE = 'The document could not be drawn or stored. The log of the server says why.'

/** The job behind a document. Run twice, it writes the same file under the same name. */
export function handleDocumentJobs(options: DrawingOptions): void {
  const { clock, jobs, files, changes, rows, renderer, gather, onReady } = options
  const db = tablesOf<DocumentTables>(options.db)

  jobs.handle(RENDER_JOB, {
    needs: { id: 'number' },
    run: ({ id }) => draw(id),
    giveUp: ({ id }, reason) => fail(id, reason),
    tries: TRIES,
    backoff: { baseSeconds: 1, maxSeconds: 30 },
    leaseSeconds: 30,
    concurrency: CONCURRENCY,
  })

  async function draw(id: number): Promise<void> {
    const row = await find(id)
    if (row === undefined || row.state === 'ready' || row.state === 'failed') return
    try {
      await files.put(fileNameOf(id), await drawn(row))
    } catch (error) {
      if (!isFinal(error)) throw isForPeople(error) ? error : new Error(FAILED_INSIDE, { cause: error })
      return fail(id, error.message)
    }
    const ready = await advance(row, { state: 'ready', progress: 100, finished_at: clock() })
    // Its owner may have gone while it was drawn; then nobody else would remove the file soon.
    if (ready === undefined && (await find(id)) === undefined) await files.delete(fileNameOf(id))
  }

  async function drawn(row: DocumentRow): Promise<Uint8Array> {
    const data = await gather[row.template](row.subject_id, ROWS_MAX + 1)
    assertPrintable(data)
    const drawing = renderer.render(row.template, data)
    const quickly = drawing.then(() => true)
    if (!(await Promise.race([quickly, delay(QUICK_MS, false, { ref: false })])))
      await advance(row, { state: 'running', progress: GATHERED_PROGRESS })
    return drawing
  }

  async function fail(id: number, reason: string): Promise<void> {
    const row = await find(id)
    if (row) await advance(row, { state: 'failed', error: reason, finished_at: clock() })
  }

  /** A finished document stays as it is, whoever comes late: then, and when it is gone, `undefined`. */
  function advance(before: DocumentRow, values: Partial<DocumentRow>) {
    return db.write(async (tx) => {
      const change_id = (await changes.next(tx, before.owner_id)) ?? 0
      const [row] = await rows.advance(tx, { ...before, ...values, change_id })
      if (row?.state === 'ready' && row.notify === 1) await onReady(tx, row)
      return row
    }, 'row_locks')
  }

  function find(id: number): Promise<DocumentRow | undefined> {
    return rows.find(db.read, id)
  }
}

function assertPrintable(data: TemplateData[TemplateName]): void {
  const rows = 'items' in data ? data.items : 'tasks' in data ? data.tasks : []
  if (rows.length > ROWS_MAX) throw conflict('document_too_long', `A document has at most ${ROWS_MAX} rows.`)
}

/** The words of an engine or a disk may name what is nobody's business. */
function isForPeople(error: unknown): boolean {
  return error instanceof LoggiaError || error instanceof RenderError
}

/** Would it fail again with the same words? A subject that is gone does not come back, an engine that is away does. */
function isFinal(error: unknown): error is Error {
  if (error instanceof LoggiaError) return error.kind !== 'unavailable'
  return error instanceof RenderError && error.isFinal
}
