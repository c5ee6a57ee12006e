import type { Config } from '../../config.ts'
import type { OpenEventStream } from '../../http/sse.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Database } from '../../platform/database/index.ts'
import type { FileRemovals, Files } from '../../platform/files/index.ts'
import type { Jobs, OnError } from '../../platform/jobs/index.ts'
import { createChanges } from './changes.ts'
import { createDocuments, type DocumentsOptions } from './documents.ts'
import { type DrawingOptions, handleDocumentJobs } from './drawing.ts'
import { createRenderer } from './render/renderer.ts'
import { createDocumentRetention } from './retention.ts'
import { createRows } from './rows.ts'
import { createDocumentStream } from './stream.ts'

/** A page takes milliseconds; what takes this long will not end. */
const RENDER_TIMEOUT_MS = 30_000
/** One that is held up by a long document leaves another for the short ones. */
const RENDERERS = 2

export interface DocumentsRoomOptions {
  config: Config
  db: Database
  bus: Bus
  clock: Clock
  jobs: Jobs
  files: Files
  removals: FileRemovals
  openEventStream: OpenEventStream
  onError: OnError
  authorize: DocumentsOptions['authorize']
  gather: DrawingOptions['gather']
  onReady: DrawingOptions['onReady']
}

export function openDocuments(options: DocumentsRoomOptions) {
  const changes = createChanges(options)
  const rows = createRows()
  const renderer = createRenderer({ threads: RENDERERS, timeoutMs: RENDER_TIMEOUT_MS })
  handleDocumentJobs({ ...options, changes, rows, renderer })
  const retentionSeconds = options.config.documentRetentionSeconds
  return {
    ...createDocuments({ ...options, changes, rows }),
    stream: createDocumentStream(options),
    retention: createDocumentRetention({ ...options, retentionSeconds }),
    close: renderer.close,
  }
}

export type DocumentsRoom = ReturnType<typeof openDocuments>
