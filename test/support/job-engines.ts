import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import pg from 'pg'
import type { JobEngine } from '../contracts/jobs.ts'
import { ENGINES } from './engines.ts'

/** A cluster without any engine: processes that share a folder. */
export async function onSqlite(): Promise<JobEngine> {
  const path = await mkdtemp(join(tmpdir(), 'loggia-jobs-'))
  return { settings: { DATA_DIR: path }, remove: () => rm(path, { recursive: true, force: true }) }
}

/** The same on a PostgreSQL database of its own. */
export async function onPostgres(): Promise<JobEngine> {
  const sqlite = await onSqlite()
  const name = `jobs_${randomUUID().replaceAll('-', '')}`
  const url = new URL(ENGINES.postgres)
  url.pathname = `/${name}`
  await onServer(`create database ${name}`)
  return {
    settings: { ...sqlite.settings, DATABASE_URL: url.href },
    async remove() {
      await onServer(`drop database ${name} with (force)`)
      await sqlite.remove()
    },
  }
}

async function onServer(statement: string): Promise<void> {
  const client = new pg.Client(ENGINES.postgres)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Redis beside SQLite, under a namespace of its own. */
export async function onRedis(): Promise<JobEngine> {
  const sqlite = await onSqlite()
  const namespace = `t${randomUUID().replaceAll('-', '').slice(0, 24)}`
  return {
    settings: { ...sqlite.settings, REDIS_URL: ENGINES.redis, NAMESPACE: namespace },
    async remove() {
      const redis = new Redis(ENGINES.redis)
      for await (const keys of redis.scanStream({ match: `${namespace}:*`, count: 1000 })) {
        if (keys.length > 0) await redis.unlink(...keys)
      }
      await redis.quit()
      await sqlite.remove()
    },
  }
}
