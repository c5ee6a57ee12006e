import type { Clock } from '../../kit/clock.ts'
import type { Database } from '../../platform/database/index.ts'
import type { Files } from '../../platform/files/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import { createDocuments, type DocumentsOptions } from './documents.ts'
import { type DrawingOptions, handleDocumentJobs } from './drawing.ts'
import { createRenderer } from './render/renderer.ts'

/** A page takes milliseconds; what takes this long will not end. */
const RENDER_TIMEOUT_MS = 30_000

export interface DocumentsRoomOptions {
  db: Database
  clock: Clock
  jobs: Jobs
  files: Files
  authorize: DocumentsOptions['authorize']
  gather: DrawingOptions['gather']
  onReady: DrawingOptions['onReady']
}

export function openDocuments(options: DocumentsRoomOptions) {
  const renderer = createRenderer({ threads: 1, timeoutMs: RENDER_TIMEOUT_MS })
  handleDocumentJobs({ ...options, renderer })
  return { ...createDocuments(options), close: renderer.close }
}

export type DocumentsRoom = ReturnType<typeof openDocuments>
