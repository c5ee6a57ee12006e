import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import pg from 'pg'
import { openRabbitMq } from '../../src/platform/rabbitmq/index.ts'
import type { DeadLetter, JobEngine } from '../contracts/jobs.ts'
import { ENGINES } from './engines.ts'
import { forgetQueues } from './rabbitmq.ts'

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

/** RabbitMQ beside SQLite, under a namespace of its own. */
export async function onRabbitMq(): Promise<JobEngine> {
  const sqlite = await onSqlite()
  const namespace = `t${randomUUID().replaceAll('-', '').slice(0, 24)}`
  return {
    settings: { ...sqlite.settings, AMQP_URL: ENGINES.rabbitmq, NAMESPACE: namespace },
    dead: (queue) => deadIn(`${namespace}.${queue.replaceAll('/', '.')}.dead`),
    async remove() {
      await forgetQueues(namespace)
      await sqlite.remove()
    },
  }
}

/** Looked at, and given back with the connection. A quorum queue that was just made may have no leader yet, and so no messages. */
async function deadIn(name: string): Promise<DeadLetter[]> {
  const rabbitMq = await openRabbitMq({ url: ENGINES.rabbitmq, onError: () => {} })
  const letters: DeadLetter[] = []
  try {
    const channel = await rabbitMq.openChannel()
    for (;;) {
      const message = await channel.get(name)
      if (message === false) return letters
      const { 'loggia-deliveries': deliveries, 'loggia-reason': reason } = message.properties.headers ?? {}
      letters.push({ body: `${message.content}`, deliveries: Number(deliveries), reason: reason ?? null })
    }
  } catch {
    return []
  } finally {
    await rabbitMq.close()
  }
}
