import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import pg from 'pg'
import { ENGINES, type Engine, suite } from './engines.ts'
import { forgetQueues } from './rabbitmq.ts'

/** What one Loggia, or several together, call their own: a folder, and on the engines of the suite a database and names. */
export interface Installation {
  path: string
  remove(): Promise<void>
}

/** A folder for the time of a test, which no server of the suite calls its own. */
export async function temporaryFolder() {
  const path = await mkdtemp(join(tmpdir(), 'loggia-folder-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** A new one. Everything on the engines is named after the folder, so that whoever knows it finds the rest. */
export async function openInstallation(engines: Engine[] = suite): Promise<Installation> {
  const path = await mkdtemp(join(tmpdir(), 'loggia-test-'))
  const database = engines.includes('postgres') ? await createDatabase(nameOf(path)) : null
  return {
    path,
    async remove() {
      await database?.drop()
      if (engines.includes('redis')) await forgetKeys(`${nameOf(path)}:*`)
      if (engines.includes('rabbitmq')) await forgetQueues(nameOf(path))
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** The environment of a process of the installation in this folder; without a folder there is nothing to name. */
export function settingsFor(dataDir: string | undefined): Record<string, string> {
  return dataDir === undefined ? {} : settingsOn(suite, dataDir)
}

/** The same on these engines and no others, whatever those of the suite are. */
export function settingsOn(engines: Engine[], dataDir: string): Record<string, string> {
  return {
    DATA_DIR: dataDir,
    ...(engines.length > 0 ? { NAMESPACE: nameOf(dataDir) } : {}),
    DATABASE_URL: engines.includes('postgres') ? databaseUrlOf(dataDir) : '',
    REDIS_URL: engines.includes('redis') ? ENGINES.redis : '',
    AMQP_URL: engines.includes('rabbitmq') ? ENGINES.rabbitmq : '',
    AMQP_DETECTIONS_QUEUE: `${nameOf(dataDir)}.detections`,
  }
}

export function databaseUrlOf(dataDir: string): string {
  return urlOf(nameOf(dataDir))
}

/** A new database on the test run's PostgreSQL. `more` is added to `create database`. */
export async function createDatabase(name: string, more = '') {
  await onServer(`create database ${name} ${more}`)
  return { url: urlOf(name), drop: () => onServer(`drop database ${name} with (force)`) }
}

function urlOf(database: string): string {
  const url = new URL(ENGINES.postgres)
  url.pathname = `/${database}`
  return url.href
}

/** Fits a database, a key and a queue alike. */
function nameOf(dataDir: string): string {
  return `t${createHash('sha256').update(dataDir).digest('hex').slice(0, 16)}`
}

/** On the PostgreSQL of the run. */
async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(ENGINES.postgres)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

async function forgetKeys(pattern: string): Promise<void> {
  const redis = new Redis(ENGINES.redis)
  for await (const keys of redis.scanStream({ match: pattern, count: 1000 })) {
    if (keys.length > 0) await redis.unlink(...keys)
  }
  await redis.quit()
}
