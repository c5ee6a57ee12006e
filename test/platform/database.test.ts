import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../src/platform/database/index.ts'
import { databaseContract, type TwoHandles } from '../contracts/database.ts'
import { migrationContract } from '../contracts/migrations.ts'
import { unreachable } from '../support/engines.ts'
import { createDatabase } from '../support/installation.ts'

const onError = () => {}

async function onSqlite(): Promise<TwoHandles> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loggia-database-'))
  const db = await openDatabase({ url: undefined, dataDir, onError })
  return {
    db,
    other: db,
    async close() {
      await db.close()
      await rm(dataDir, { recursive: true })
    },
  }
}

/** In a language whose own order of letters is not ours. */
async function onPostgres(): Promise<TwoHandles> {
  const { url, drop } = await createDatabase(
    `t${randomBytes(8).toString('hex')}`,
    "template template0 encoding UTF8 locale_provider icu icu_locale 'en'",
  )
  const open = () => openDatabase({ url, dataDir: '', onError })
  const [db, other] = [await open(), await open()]
  return {
    db,
    other,
    async close() {
      await db.close()
      await other.close()
      await drop()
    },
  }
}

const withoutPostgres = await unreachable('postgres')
databaseContract('The database in a SQLite file', onSqlite)
databaseContract('The database on PostgreSQL', onPostgres, withoutPostgres)
migrationContract('Migrations of a SQLite file', onSqlite)
migrationContract('Migrations of PostgreSQL', onPostgres, withoutPostgres)
