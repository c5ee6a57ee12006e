import { basename } from 'node:path'
import type { Clock } from '../../kit/clock.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { FileRemovals, Files } from '../../platform/files/index.ts'
import { FOLDER, fileNameOf } from './documents.ts'
import type { DocumentTables } from './tables.ts'

export interface RetentionOptions {
  db: Database
  clock: Clock
  files: Files
  removals: FileRemovals
  retentionSeconds: number
}

/** Rows of one transaction. Bounds how long others wait for it. */
const PURGED_AT_ONCE = 200
/** Longer than any document is being written. */
const STRAY_MS = 3_600_000

export function createDocumentRetention(options: RetentionOptions) {
  const { clock, files, removals, retentionSeconds } = options
  const db = tablesOf<DocumentTables>(options.db)

  return {
    /** Removes finished documents that have outlived the retention, then files without a row. */
    async purge(): Promise<void> {
      while ((await purgeSome()) === PURGED_AT_ONCE);
      await files.sweep(FOLDER, { writtenBefore: clock() - STRAY_MS, claimed })
    },
  }

  function purgeSome(): Promise<number> {
    return db.write(async (tx) => {
      const outlived = tx
        .selectFrom('documents')
        .where('finished_at', '<=', clock() - retentionSeconds * 1000)
        .orderBy('finished_at')
        .limit(PURGED_AT_ONCE)
      const gone = tx.deleteFrom('documents').where('id', 'in', outlived.select('id')).returning('id')
      const rows = await gone.execute()
      for (const { id } of rows) await removals.enqueue(tx, fileNameOf(id))
      return rows.length
    })
  }

  async function claimed(names: string[]): Promise<Set<string>> {
    const ids = names.flatMap((name) => /^(\d{1,15})\.pdf$/.exec(name)?.[1] ?? []).map(Number)
    if (ids.length === 0) return new Set()
    const rows = await db.read.selectFrom('documents').where('id', 'in', ids).select('id').execute()
    return new Set(rows.map(({ id }) => basename(fileNameOf(id))))
  }
}
