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

/**
 * Every seam with the driver that the settings choose; nobody downstream asks again which one it is. When one cannot be
 * opened, those that were are closed.
 */
export async function openPlatform(options: Options) {
  const opened = new AsyncDisposableStack()
  // In reverse: whoever still works needs what was opened before it.
  const close = () => opened.disposeAsync()
  try {
    return { ...(await openSeams(options, opened)), close }
  } catch (error) {
    await close()
    throw error
  }
}

export type Platform = Awaited<ReturnType<typeof openPlatform>>

async function openSeams({ config, clock, onError }: Options, opened: AsyncDisposableStack) {
  const { dataDir, databaseUrl, redisUrl, amqpUrl, namespace } = config
  const failed = (what: string) => (error: unknown) => onError(error, what)
  const keep = <Seam extends { close(): Promise<void> }>(seam: Seam) =>
    opened.adopt(seam, ({ close }) => close())

  const tracing = config.otlpEndpoint ? keep(await openTraces(config, failed('Traces are lost.'))) : null
  const database = keep(
    await openDatabase({ url: databaseUrl, dataDir, onError: failed('The database failed.') }),
  )
  const redis = redisUrl ? keep(await connectRedis(redisUrl, failed('Redis failed.'))) : null
  const rabbitMq = amqpUrl ? keep(await connectRabbitMq(amqpUrl, failed('RabbitMQ failed.'))) : null
  const bus = keep(await openBus({ redis, databaseUrl, namespace, onError: failed('A poke was lost.') }))
  const cache = keep(await openCache({ redis, namespace, clock, onError: failed('The cache failed.') }))
  const mailer = keep(openMailer(config.mailUrl))
  const files = openFiles({ dataDir })
  const queues = keep(
    await openQueues({
      ...{ db: database, bus, redis, rabbitMq, namespace, clock, onError: failed('A queue failed.') },
      foreignNames: { detections: config.amqpDetectionsQueue },
    }),
  )
  const untraced = createJobs({
    ...{ db: database, clock, onError },
    queueFor: tracing?.queuesOf(queues.queueFor) ?? queues.queueFor,
  })
  opened.defer(untraced.stop)
  const jobs = tracing?.jobsOf(untraced) ?? untraced
  const removals = createFileRemovals({ files, jobs })
  return {
    tracing,
    database: tracing?.changesOf(database, databaseUrl ? 'postgresql' : 'sqlite') ?? database,
    bus,
    cache,
    mailer,
    files,
    removals,
    queue: queues.named,
    queueFor: queues.queueFor,
    intakes: queues.intakes,
    /** To other programs; `null` without a broker. */
    publish: rabbitMq && (await import('./rabbitmq/index.ts')).createPublisher({ ...rabbitMq, namespace }),
    jobs,
    /** Throws by engine, when it does not answer. */
    pings: {
      database: database.ping,
      ...(redis ? { redis: redis.ping } : {}),
      ...(rabbitMq ? { rabbitmq: rabbitMq.ping } : {}),
    },
  }
}

/** A heavy library is loaded only where it is asked for. */
async function openTraces(
  { otlpEndpoint, otlpHeaders, otelServiceName, otelTracesShare }: Config,
  onError: (error: unknown) => void,
) {
  return (await import('./tracing/index.ts')).openTracing({
    endpoint: String(otlpEndpoint),
    headers: otlpHeaders ?? {},
    serviceName: otelServiceName,
    share: otelTracesShare,
    onError,
  })
}

async function connectRedis(url: string, onError: (error: unknown) => void) {
  return (await import('./redis/index.ts')).openRedis({ url, onError })
}

async function connectRabbitMq(url: string, onError: (error: unknown) => void) {
  return (await import('./rabbitmq/index.ts')).openRabbitMq({ url, onError })
}
