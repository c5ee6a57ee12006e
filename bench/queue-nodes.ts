import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { loadConfig } from '../src/config.ts'
import { openBus } from '../src/platform/bus/index.ts'
import { migrate, type OpenDatabase, openDatabase } from '../src/platform/database/index.ts'
import { createJobs, type Jobs, migrations as jobMigrations } from '../src/platform/jobs/index.ts'
import { migrations, openQueues, type Queue } from '../src/platform/queue/index.ts'
import { openRabbitMq, type RabbitMq } from '../src/platform/rabbitmq/index.ts'
import { openRedis, type Redis } from '../src/platform/redis/index.ts'

export interface QueueNode {
  db: OpenDatabase
  queue: Queue
  jobs: Jobs
  close(): Promise<void>
}

export interface QueueEngine {
  /** The engine, and what "pushed" means on it. */
  name: string
  node: QueueNode
  /** A second one on the same engine; `null` where there is only one process. */
  other: QueueNode | null
  /** A queue that nobody has used, on every run. */
  newName(): string
  close(): Promise<void>
}

/** The queue that jobs have on these engines: RabbitMQ, else Redis, else tables on PostgreSQL, else tables on SQLite. */
export async function openQueueEngine(environment: NodeJS.ProcessEnv): Promise<QueueEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loggia-bench-queues-'))
  const { DATABASE_URL, REDIS_URL, AMQP_URL } = environment
  const namespace = `bench-${randomUUID().slice(0, 8)}`
  const urls = Object.fromEntries(
    Object.entries({ DATABASE_URL, REDIS_URL, AMQP_URL }).filter(([, url]) => url),
  )
  const config = { ...loadConfig({ DATA_DIR: dataDir, ...(urls as Record<string, string>) }), namespace }
  const names: string[] = []
  const node = await openNode(config)
  const other = config.databaseUrl ? await openNode(config) : null
  return {
    name: await nameOf(config, node),
    node,
    other,
    newName() {
      const name = `${namespace}-${names.length}`
      names.push(name)
      return name
    },
    async close() {
      await forget(node, namespace, names)
      await other?.close()
      await node.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

type EngineConfig = ReturnType<typeof loadConfig>
type OpenNode = QueueNode & { redis: Redis | null; rabbitMq: RabbitMq | null }

async function openNode(config: EngineConfig): Promise<OpenNode> {
  const { dataDir, databaseUrl, redisUrl, amqpUrl, namespace } = config
  const onError = (error: unknown) => console.error(error)
  const db = await openDatabase({ url: databaseUrl, dataDir, onError })
  await migrate(db, { queue: migrations, jobs: jobMigrations })
  const redis = redisUrl ? await openRedis({ url: redisUrl, onError }) : null
  const rabbitMq = amqpUrl ? await openRabbitMq({ url: amqpUrl, onError }) : null
  const bus = await openBus({ redis, databaseUrl, namespace, onError })
  const queues = await openQueues({ db, bus, clock: Date.now, redis, rabbitMq, namespace, onError })
  const jobs = createJobs({ db, queueFor: queues.queueFor, clock: Date.now, onError })
  return {
    db,
    redis,
    rabbitMq,
    queue: queues.queueFor('bench'),
    jobs,
    async close() {
      await jobs.stop()
      await queues.close()
      await bus.close()
      await rabbitMq?.close()
      await redis?.close()
      await db.close()
    },
  }
}

/** Nothing of ours stays in an engine that others use, too. */
async function forget({ db, redis, rabbitMq }: OpenNode, namespace: string, names: string[]): Promise<void> {
  for (const name of names) await sql`delete from queue_messages where queue = ${name}`.execute(db.read)
  for await (const keys of redis?.commands.scanStream({ match: `${namespace}:*` }) ?? [])
    if (keys.length > 0) await redis?.commands.unlink(...keys)
  const channel = await rabbitMq?.openChannel()
  for (const name of [...names, 'jobs.bench'])
    for (const queue of [`${namespace}.${name}`, `${namespace}.${name}.dead`])
      await channel?.deleteQueue(queue)
}

async function nameOf({ amqpUrl, databaseUrl }: EngineConfig, { db, redis }: OpenNode): Promise<string> {
  if (amqpUrl) return 'RabbitMQ (durable queue, publisher confirms)'
  if (redis) {
    const settings = await Promise.all(
      ['appendonly', 'appendfsync'].map(
        async (name) => (await redis.commands.config('GET', name)) as string[],
      ),
    )
    return `Redis Streams (${settings.map(([name, value]) => `${name} ${value}`).join(', ')})`
  }
  if (!databaseUrl) return 'tables on SQLite (synchronous FULL: an fsync before each answer, shared)'
  const { rows } = await sql<Record<string, string>>`
    select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit`.execute(
    db.read,
  )
  const settings = Object.entries(rows[0] ?? {}).map(([name, value]) => `${name} ${value}`)
  return `tables on PostgreSQL (${settings.join(', ')})`
}
