import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import { createGroupCommit } from './group-commit.ts'
import type { NoTables, OpenDatabase } from './index.ts'
import { nodeSqliteDialect } from './sqlite-dialect.ts'
import { sqliteIdiom } from './sqlite-idiom.ts'

const COLUMN_TYPES = {
  id: 'integer primary key autoincrement',
  ref: 'integer',
  time: 'integer',
  flag: 'integer',
  bytes: 'blob',
  sortedText: 'text',
  table: 'strict',
}

/** How long a change waits for another process (a command line beside the server) before it is refused. */
const BUSY_TIMEOUT_MS = 5_000

/**
 * Two connections on one file: changes go through the group commit on the first; reads use the second, so that nobody
 * sees a write before it is on disk.
 */
export function openSqlite({
  dataDir,
  onError,
}: {
  dataDir: string
  onError: (error: unknown) => void
}): OpenDatabase {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const path = join(dataDir, 'loggia.db')
  const writing = openConnection(path)
  const reading = openConnection(path)
  const writer = new Kysely<NoTables>({ dialect: nodeSqliteDialect(writing) })
  const groupCommit = createGroupCommit(writing, writer, onError)
  return {
    columnTypes: COLUMN_TYPES,
    idiom: sqliteIdiom,
    read: new Kysely<NoTables>({ dialect: nodeSqliteDialect(reading) }),
    write: groupCommit.write,
    // Every change is alone: it holds the file's only write lock.
    writeAlone: groupCommit.write,
    async ping() {
      reading.exec('select 1')
    },
    async close() {
      await groupCommit.drain()
      reading.close()
      writing.close()
    },
  }
}

function openConnection(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  connection.exec('pragma journal_mode = wal')
  connection.exec('pragma synchronous = full')
  connection.exec('pragma foreign_keys = on')
  return connection
}
