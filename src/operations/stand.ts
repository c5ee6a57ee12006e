import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import {
  type Migrations,
  migrationsOf,
  type OpenDatabase,
  openDatabase,
  SQLITE_FILE,
  type Stand,
} from '../platform/database/index.ts'
import { MIGRATIONS } from '../rooms.ts'

/** How far the database of these settings has come; looked at only. */
export async function standOf({
  dataDir,
  databaseUrl,
}: Pick<Config, 'dataDir' | 'databaseUrl'>): Promise<Stand> {
  if (databaseUrl === undefined && !existsSync(join(dataDir, SQLITE_FILE))) return migrationsOf([], ROOMS)
  const database = await openDatabase({ url: databaseUrl, dataDir, onError: () => {} })
  try {
    return await standOfOpen(database)
  } finally {
    await database.close()
  }
}

export function standOfOpen(database: OpenDatabase): Promise<Stand> {
  return database.atOneMoment(async ({ tx }) => {
    const table = (await database.wholeTables.list(tx)).find(({ name }) => name === 'migrations')
    const names: string[] = []
    if (table !== undefined) {
      for await (const rows of database.wholeTables.rows(tx, table))
        names.push(...rows.map(({ name }) => String(name)))
    }
    return migrationsOf(names, ROOMS)
  })
}

const ROOMS: Record<string, Migrations> = MIGRATIONS
