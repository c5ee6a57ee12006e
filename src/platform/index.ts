import type { Config } from '../config.ts'
import type { Clock } from '../kit/clock.ts'
import { openBus } from './bus/index.ts'
import { openCache } from './cache/index.ts'
import { openDatabase } from './database/index.ts'
import { createFileRemovals, openFiles } from './files/index.ts'
import { createJobs, type OnError } from './jobs/index.ts'
import { openMailer } from './mailer/index.ts'
import { openQueues } from './queue/index.ts'

interface Options {
  config: Config
  clock: Clock
  onError: OnError
}

/** Every seam with the driver that the settings choose; nobody downstream asks again which one it is. */
export async function openPlatform({ config, clock, onError }: Options) {
  const { dataDir, databaseUrl, redisUrl, amqpUrl, namespace } = config
  const failed = (what: string) => (error: unknown) => onError(error, what)
  const database = await openDatabase({ url: databaseUrl, dataDir, onError: failed('The database failed.') })
  const redis = redisUrl
    ? await (await import('./redis/index.ts')).openRedis({ url: redisUrl, onError: failed('Redis failed.') })
    : null
  const broker = amqpUrl ? await openBroker(amqpUrl, namespace, failed('RabbitMQ failed.')) : null
  const rabbitMq = broker?.rabbitMq ?? null
  const bus = await openBus({ redis, databaseUrl, namespace, onError: failed('A poke was lost.') })
  const cache = await openCache({ redis, namespace, clock, onError: failed('The cache failed.') })
  const mailer = openMailer(config.mailUrl)
  const files = openFiles({ dataDir })
  const queues = await openQueues({
    db: database,
    bus,
    clock,
    redis,
    rabbitMq,
    namespace,
    onError: failed('A queue failed.'),
  })
  const jobs = createJobs({ db: database, queueFor: queues.queueFor, clock, onError })
  const removals = createFileRemovals({ files, jobs })
  return {
    database,
    bus,
    cache,
    mailer,
    files,
    removals,
    queue: queues.named,
    queueFor: queues.queueFor,
    jobs,
    /** To an exchange of the broker; `null` when there is none. */
    publish: broker?.publish ?? null,
    /** Throws by engine, when it does not answer. */
    pings: {
      database: database.ping,
      ...(redis ? { redis: redis.ping } : {}),
      ...(rabbitMq ? { rabbitmq: rabbitMq.ping } : {}),
    },
    /** In reverse: whoever still works needs what was opened before it. */
    async close(): Promise<void> {
      await jobs.stop()
      await queues.close()
      await mailer.close()
      await cache.close()
      await bus.close()
      await rabbitMq?.close()
      await redis?.close()
      await database.close()
    },
  }
}

async function openBroker(url: string, namespace: string, onError: (error: unknown) => void) {
  const { openRabbitMq, createExchangePublisher } = await import('./rabbitmq/index.ts')
  const rabbitMq = await openRabbitMq({ url, onError })
  return { rabbitMq, publish: createExchangePublisher({ rabbitMq, namespace }) }
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>
