import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { createGathering } from './gathering.ts'
import { createGroupCommit } from './group-commit.ts'
import type { Change, Moment, NoTables, OpenDatabase } from './index.ts'
import { kyselyOn } from './sqlite-dialect.ts'
import { sqliteIdiom } from './sqlite-idiom.ts'
import { createSnapshot } from './sqlite-snapshot.ts'
import { sqliteWholeTables } from './sqlite-whole-tables.ts'

const COLUMN_TYPES = {
  id: 'integer primary key autoincrement',
  ref: 'integer',
  time: 'integer',
  flag: 'integer',
  bytes: 'blob',
  sortedText: 'text',
  table: 'strict',
}

/** In `DATA_DIR`. */
export const SQLITE_FILE = 'loggia.db'
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
  const path = join(dataDir, SQLITE_FILE)
  const writing = openConnection(path)
  const reading = openConnection(path)
  writing.exec(UNDO_IN_MEMORY)
  const snapshot = createSnapshot(reading)
  const groupCommit = createGroupCommit({
    connection: writing,
    tx: kyselyOn(writing),
    // Behind a snapshot that stays open the log of commits could never begin anew.
    onCommit: snapshot.close,
    onError,
  })
  return {
    columnTypes: COLUMN_TYPES,
    idiom: sqliteIdiom,
    read: kyselyOn(reading, snapshot.open),
    write: groupCommit.write,
    gathered: createGathering(groupCommit.write),
    writeAlone: createWriteAlone(writing, groupCommit),
    wholeTables: sqliteWholeTables,
    atOneMoment: (read) => readAtOneMoment(path, read),
    async ping() {
      reading.exec('select 1')
    },
    async close() {
      await groupCommit.drain()
      snapshot.close()
      reading.close()
      writing.close()
    },
  }
}

/**
 * What a savepoint keeps of pages, to undo them, would go to a temporary file past 64 KiB, page by page, and that is as many
 * writes again as the change itself. So would what is sorted: where that may be a whole table, the file is right.
 */
const UNDO_IN_MEMORY = 'pragma temp_store = memory'
const SORT_IN_FILES = 'pragma temp_store = file'

/** Every change is alone: it holds the file's only write lock. */
function createWriteAlone(writing: DatabaseSync, { write, drain }: ReturnType<typeof createGroupCommit>) {
  return async <Result>(change: Change<NoTables, Result>): Promise<Result> => {
    // Refused inside a transaction, of which there is none while nothing is being written.
    await drain()
    writing.exec(SORT_IN_FILES)
    try {
      return await write(change)
    } finally {
      await drain()
      writing.exec(UNDO_IN_MEMORY)
    }
  }
}

function openConnection(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  connection.exec('pragma journal_mode = wal')
  connection.exec('pragma synchronous = full')
  connection.exec('pragma foreign_keys = on')
  return connection
}

async function readAtOneMoment<Result>(
  path: string,
  read: (moment: Moment) => Promise<Result>,
): Promise<Result> {
  const connection = openConnection(path)
  try {
    // Begins with the first read, and sees nothing that is committed later.
    connection.exec('begin; select 1 from sqlite_master')
    const tx = kyselyOn(connection)
    return await read({
      tx,
      // In one step: between two of them somebody could write, and it would begin again.
      copyTo: async (copy) => void (await backup(connection, copy, { rate: 2 ** 31 - 1 })),
    })
  } finally {
    connection.close()
  }
}

/** What is broken in the file itself; empty: nothing. Reads all of it. */
export function sqliteFaults(path: string): string[] {
  const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS })
  try {
    const integrity = connection.prepare('pragma integrity_check').all()
    const faults = integrity.map((row) => String(row['integrity_check'])).filter((told) => told !== 'ok')
    const orphans = connection.prepare('pragma foreign_key_check').all()
    return [...faults, ...orphans.map((row) => `a row of ${row['table']} points to nothing`)]
  } finally {
    connection.close()
  }
}
