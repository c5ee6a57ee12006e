import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import amqp from 'amqplib'
import { Redis } from 'ioredis'
import pg from 'pg'
import { ENGINES, suite } from './engines.ts'

/** What one Loggia, or several together, call their own: a folder, and on the engines of the suite a database and names. */
export interface Installation {
  path: string
  remove(): Promise<void>
}

/** A new one. Everything on the engines is named after the folder, so that whoever knows it finds the rest. */
export async function openInstallation(): Promise<Installation> {
  const path = await mkdtemp(join(tmpdir(), 'loggia-test-'))
  const database = suite.includes('postgres') ? await createDatabase(nameOf(path)) : null
  return {
    path,
    async remove() {
      await database?.drop()
      if (suite.includes('redis')) await forgetKeys(`${nameOf(path)}:*`)
      if (suite.includes('rabbitmq')) await forgetQueues(nameOf(path))
      await rm(path, { recursive: true, force: true })
    },
  }
}

/** The environment of a process of the installation in this folder; without a folder there is nothing to name. */
export function settingsFor(dataDir: string | undefined): Record<string, string> {
  if (dataDir === undefined) return {}
  const settings: Record<string, string> = { DATA_DIR: dataDir }
  if (suite.length > 0) settings['NAMESPACE'] = nameOf(dataDir)
  if (suite.includes('postgres')) settings['DATABASE_URL'] = databaseUrlOf(dataDir)
  if (suite.includes('redis')) settings['REDIS_URL'] = ENGINES.redis
  if (suite.includes('rabbitmq')) settings['AMQP_URL'] = ENGINES.rabbitmq
  return settings
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
export async function onServer(statement: string): Promise<void> {
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

/** AMQP lists no queues, so whatever may be there is removed by its name; one that is not there is no error. */
async function forgetQueues(namespace: string): Promise<void> {
  const connection = await amqp.connect(ENGINES.rabbitmq)
  const channel = await connection.createChannel()
  const jobs = JOBS.flatMap((job) => [`${namespace}.jobs.${job}`, `${namespace}.jobs.${job}.dead`])
  const delays = DELAY_SECONDS.map((seconds) => `${namespace}.delay.${seconds}`)
  await Promise.all([...jobs, ...delays].map((name) => channel.deleteQueue(name)))
  await channel.deleteExchange(`${namespace}.delay`)
  await connection.close()
}

const JOBS = ['mail', 'document', 'document-removal', 'password-reset']
const DELAY_SECONDS = Array.from({ length: 20 }, (_, power) => [2 ** power, 3 * 2 ** power]).flat()
