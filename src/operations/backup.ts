import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { openDatabase, SQLITE_FILE } from '../platform/database/index.ts'
import { type Contents, contentsOf } from './contents.ts'
import { copyFiles, digestOf } from './file-copies.ts'
import { DATABASE_FILE, MANIFEST, type Manifest } from './manifest.ts'
import { dumpDatabase, exportSnapshot } from './postgres-programs.ts'
import { assertRestores } from './proof.ts'

interface Options {
  config: Pick<Config, 'dataDir' | 'databaseUrl'>
  folder: string
  /** An empty PostgreSQL database to restore into; unset: one is made for it, and dropped. */
  checkIn: string | undefined
  env: Record<string, string | undefined>
  now: Date
}

/**
 * Database and files, beside whoever changes them. The folder bears its name only once all of it was restored into a
 * temporary place and found equal; until then, and when that fails, there is none. The database is copied first: every
 * document that is ready in it has had its file by then.
 */
export async function makeBackup({ config, folder, checkIn, env, now }: Options): Promise<Manifest> {
  const unproved = `${folder}.${randomBytes(4).toString('hex')}.part`
  await mkdir(unproved, { recursive: true, mode: 0o700 })
  try {
    const engine = config.databaseUrl === undefined ? 'sqlite' : 'postgres'
    const path = join(unproved, DATABASE_FILE[engine])
    const tables = await copyDatabase(config, path, env)
    const manifest: Manifest = {
      format: 1,
      made_at: now.toISOString(),
      engine,
      database: { path: DATABASE_FILE[engine], ...(await digestOf(path)) },
      tables,
      files: await copyFiles(join(config.dataDir, 'files'), join(unproved, 'files')),
    }
    await writeFile(join(unproved, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    })
    await assertRestores({ folder: unproved, databaseUrl: config.databaseUrl, checkIn, env })
    await rename(unproved, folder)
    return manifest
  } catch (error) {
    await rm(unproved, { recursive: true, force: true })
    throw error
  }
}

async function copyDatabase(
  { dataDir, databaseUrl }: Options['config'],
  path: string,
  env: Options['env'],
): Promise<Contents> {
  if (databaseUrl === undefined && !existsSync(join(dataDir, SQLITE_FILE)))
    throw new Error(`There is nothing to back up: ${dataDir} has no ${SQLITE_FILE}. Is DATA_DIR right?`)
  const database = await openDatabase({ url: databaseUrl, dataDir, onError: () => {} })
  try {
    return await database.atOneMoment(async (moment) => {
      // First, for PostgreSQL's counters of ids go on: those in the dump are as high at least.
      const tables = await contentsOf(database, moment)
      if (databaseUrl === undefined) await moment.copyTo?.(path)
      else await dumpDatabase({ url: databaseUrl, path, snapshot: await exportSnapshot(moment), env })
      await chmod(path, 0o600)
      return tables
    })
  } finally {
    await database.close()
  }
}
