import type { Caller } from '../../http/access.ts'
import { type Clock, toTimestamp, toTimestampOrNull } from '../../kit/clock.ts'
import { conflict, notFound } from '../../kit/errors.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import {
  type Database,
  inTablesOf,
  isForeignKeyViolation,
  type Transaction,
  tablesOf,
} from '../../platform/database/index.ts'
import type { FileRemovals, Files } from '../../platform/files/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Changes } from './changes.ts'
import type { DocumentRow, DocumentRows } from './rows.ts'
import type { Document, DocumentRequest } from './schemas.ts'
import type { DocumentTables } from './tables.ts'

export interface DocumentsOptions {
  db: Database
  clock: Clock
  jobs: Jobs
  files: Files
  removals: FileRemovals
  changes: Changes
  rows: DocumentRows
  /** Throws what the caller is to see when they may not have this document. */
  authorize: (caller: Caller, request: DocumentRequest) => Promise<void>
}

export const RENDER_JOB = 'document'
export const FOLDER = 'documents'

const ABOUT_A_USER = ['profile', 'tasks'] as const

/** A document is asked for, drawn by a job, and fetched by its owner. */
export function createDocuments(options: DocumentsOptions) {
  const { clock, jobs, files, removals, changes, rows, authorize } = options
  const db = tablesOf<DocumentTables>(options.db)

  async function request(caller: Caller, wanted: DocumentRequest): Promise<Document> {
    await authorize(caller, wanted)
    const { template, subject_id, notify = false } = wanted
    const begun = {
      state: 'queued' as const,
      progress: 0,
      error: null,
      created_at: clock(),
      finished_at: null,
    }
    const made = db.write(async (tx) => {
      const wanted = { owner_id: caller.userId, template, subject_id, notify: Number(notify) }
      const values = { ...wanted, ...begun, change_id: await changes.begin(tx, caller.userId) }
      const [row] = await rows.insert(tx, values)
      if (row === undefined) throw new Error('The document was not stored.')
      await jobs.enqueue(tx, RENDER_JOB, { id: row.id })
      return present(row)
    }, 'row_locks')
    return made.catch((error) => {
      throw isForeignKeyViolation(error) ? notFound('user') : error
    })
  }

  async function own(caller: Caller, id: number): Promise<DocumentRow> {
    const row = await rows.find(db.read, id)
    if (row === undefined || row.owner_id !== caller.userId) throw notFound('document')
    return row
  }

  async function fileOf(row: DocumentRow): Promise<{ bytes: Uint8Array; fileName: string }> {
    if (row.state !== 'ready') throw notReady(row)
    const bytes = await files.get(fileNameOf(row.id))
    if (bytes === null) throw notFound('document_file')
    return { bytes, fileName: `${row.template}-${row.subject_id}.pdf` }
  }

  return {
    request,

    async list(caller: Caller, query: { limit: number; cursor?: string }): Promise<Page<Document>> {
      let owned = db.read.selectFrom('documents').where('owner_id', '=', caller.userId)
      if (query.cursor !== undefined) {
        owned = owned.where('id', '<', decodeCursor(query.cursor, ['number'])[0] as number)
      }
      const newest = owned.orderBy('id', 'desc').limit(query.limit + 1)
      return toPage(await newest.selectAll().execute(), query.limit, present, (row) => [row.id])
    },

    async get(caller: Caller, id: number): Promise<Document> {
      return present(await own(caller, id))
    },

    /** Throws `document_not_ready` with its state while there is no file. */
    async file(caller: Caller, id: number) {
      return fileOf(await own(caller, id))
    },

    /** The newest finished one of the caller's about this subject. */
    async newestFile(caller: Caller, { template, subject_id }: DocumentRequest) {
      const owned = db.read
        .selectFrom('documents')
        .where('owner_id', '=', caller.userId)
        .where('state', '=', 'ready')
      const about = owned.where('template', '=', template).where('subject_id', '=', subject_id)
      const row = await about.orderBy('id', 'desc').limit(1).selectAll().executeTakeFirst()
      if (row === undefined) throw notFound('document')
      return fileOf(row)
    },

    /** In the transaction that deletes a user: theirs go, and whoever else's are about them; the files follow by job. */
    async forget(tx: Transaction, userId: number): Promise<void> {
      const tables = inTablesOf<DocumentTables>(tx)
      await changes.end(tables, userId)
      const gone = tables.deleteFrom('documents').where((of) => {
        const aboutThem = of.and([of('subject_id', '=', userId), of('template', 'in', ABOUT_A_USER)])
        return of.or([of('owner_id', '=', userId), aboutThem])
      })
      for (const { id } of await gone.returning('id').execute()) await removals.enqueue(tx, fileNameOf(id))
    },
  }
}

export type Documents = ReturnType<typeof createDocuments>

export function fileNameOf(id: number): string {
  return `${FOLDER}/${id}.pdf`
}

function notReady({ state, error }: DocumentRow) {
  const sentence = state === 'failed' ? `The document failed: ${error}` : `The document is still ${state}.`
  return conflict('document_not_ready', sentence)
}

export function present({
  id,
  template,
  subject_id,
  state,
  progress,
  error,
  created_at,
  finished_at,
}: DocumentRow): Document {
  const url = state === 'ready' ? `/api/v1/documents/${id}/file` : null
  const times = { created_at: toTimestamp(created_at), finished_at: toTimestampOrNull(finished_at) }
  return { id, template, subject_id, state, progress, error, url, ...times }
}
