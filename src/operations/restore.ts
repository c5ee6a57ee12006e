import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { openDatabase, SQLITE_FILE, sqliteFaults } from '../platform/database/index.ts'
import { contentsOf, differences } from './contents.ts'
import { copyFile, digestOf } from './file-copies.ts'
import { type FileEntry, MANIFEST, type Manifest } from './manifest.ts'
import { restoreDump } from './postgres-programs.ts'

type Target = Pick<Config, 'dataDir' | 'databaseUrl'>

interface Options {
  config: Target
  folder: string
  env: Record<string, string | undefined>
}

/**
 * Puts a backup into an empty `DATA_DIR`, and for PostgreSQL into an empty database, and compares it with what the backup
 * says of itself. Throws before it changes anything when the backup is damaged or the place is not empty. The database
 * comes last: a server that finds one finds all files too.
 */
export async function restoreBackup({ config, folder, env }: Options): Promise<Manifest> {
  const manifest = await readManifest(folder)
  await assertUndamaged(folder, manifest)
  await assertEmpty(config, manifest)
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  for (const { path } of manifest.files)
    await copyFile(join(folder, 'files', path), join(config.dataDir, 'files', path))
  const database = join(folder, manifest.database.path)
  if (config.databaseUrl === undefined) await placeFile(database, config.dataDir, manifest)
  else {
    await restoreDump({ url: config.databaseUrl, path: database, env })
    await assertSame(config, manifest)
  }
  return manifest
}

async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, MANIFEST)
  const text = await readFile(path, 'utf8').catch(() => {
    throw new Error(`${folder} is no backup: it has no ${MANIFEST}.`)
  })
  const manifest = JSON.parse(text) as Manifest
  if (manifest.format !== 1)
    throw new Error(`${folder} was made by a newer version. Restore it with that one.`)
  return manifest
}

async function assertUndamaged(folder: string, { database, files }: Manifest): Promise<void> {
  const entries = [database, ...files.map((file) => ({ ...file, path: join('files', file.path) }))]
  for (const entry of entries) await assertIntact(folder, entry)
}

async function assertIntact(folder: string, { path, bytes, sha256 }: FileEntry): Promise<void> {
  const found = await digestOf(join(folder, path)).catch(() => null)
  if (found === null) throw new Error(`The backup is damaged: ${path} is missing.`)
  if (found.bytes !== bytes || found.sha256 !== sha256)
    throw new Error(`The backup is damaged: ${path} is not what was written.`)
}

async function assertEmpty(config: Target, { engine }: Manifest): Promise<void> {
  const { dataDir, databaseUrl } = config
  if (engine === 'sqlite' && databaseUrl !== undefined)
    throw new Error(
      'It is a backup of SQLite. Unset DATABASE_URL to restore it, then move it by "loggia transfer".',
    )
  if (engine === 'postgres' && databaseUrl === undefined)
    throw new Error('It is a backup of PostgreSQL. Set DATABASE_URL to an empty database.')
  const files = await readdir(join(dataDir, 'files')).catch(() => [])
  if (existsSync(join(dataDir, SQLITE_FILE)) || files.length > 0)
    throw new Error(`${dataDir} is not empty. Stop the server and move it away first.`)
  if (databaseUrl === undefined) return
  const database = await openDatabase({ url: databaseUrl, dataDir, onError: () => {} })
  try {
    const tables = await database.atOneMoment(({ tx }) => database.wholeTables.list(tx))
    if (tables.length > 0) throw new Error('The database of DATABASE_URL is not empty. Name a new one.')
  } finally {
    await database.close()
  }
}

/** Under its name only once it was found good. */
async function placeFile(from: string, dataDir: string, manifest: Manifest): Promise<void> {
  const trial = join(dataDir, 'restoring')
  await mkdir(trial, { mode: 0o700 }).catch(() => {
    throw new Error(`${trial} is there: a restore runs, or was cut off. Remove it then.`)
  })
  await copyFile(from, join(trial, SQLITE_FILE))
  const faults = sqliteFaults(join(trial, SQLITE_FILE))
  if (faults.length > 0) throw new Error(`The database of the backup is damaged:\n  ${faults.join('\n  ')}`)
  await assertSame({ dataDir: trial, databaseUrl: undefined }, manifest)
  await rename(join(trial, SQLITE_FILE), join(dataDir, SQLITE_FILE))
  await syncFolder(dataDir)
  await rm(trial, { recursive: true })
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

async function assertSame({ dataDir, databaseUrl }: Target, { tables }: Manifest): Promise<void> {
  const database = await openDatabase({ url: databaseUrl, dataDir, onError: () => {} })
  try {
    const found = await database.atOneMoment((moment) => contentsOf(database, moment))
    const faults = differences(tables, found)
    if (faults.length > 0)
      throw new Error(`What was restored is not what was backed up:\n  ${faults.join('\n  ')}`)
  } finally {
    await database.close()
  }
}
