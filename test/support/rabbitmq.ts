import { randomBytes } from 'node:crypto'
import type { ConfirmChannel } from 'amqplib'
import { systemClock } from '../../src/kit/clock.ts'
import type { Queue } from '../../src/platform/queue/index.ts'
import { createRabbitMqQueue } from '../../src/platform/queue/rabbitmq.ts'
import { delayStep } from '../../src/platform/queue/rabbitmq-topology.ts'
import { openRabbitMq, type RabbitMq } from '../../src/platform/rabbitmq/index.ts'
import { ENGINES } from './engines.ts'

export interface RabbitMqNode {
  queue: Queue & { close(): Promise<void> }
  rabbitMq: RabbitMq
  /** What it was told of. */
  errors: unknown[]
  /** Both, in the order of a process that stops. */
  close(): Promise<void>
}

export interface RabbitMqRoom {
  namespace: string
  /** Like a process of its own; closed with the room. */
  open(url?: string): Promise<RabbitMqNode>
  /** For what another program would do. */
  channel: ConfirmChannel
  /** Removes every queue that was declared through the room. */
  close(): Promise<void>
}

/** A namespace of its own in the RabbitMQ that is shared. */
export async function openRabbitMqRoom(): Promise<RabbitMqRoom> {
  const namespace = `test-${randomBytes(6).toString('hex')}`
  const declared = new Set<string>()
  const nodes: RabbitMqNode[] = []
  const own = await openRabbitMq({ url: ENGINES.rabbitmq, onError: () => {} })
  const opening = own.openChannel()
  opening.catch(own.close)
  const channel = noting(await opening, declared)

  async function open(url = ENGINES.rabbitmq): Promise<RabbitMqNode> {
    const errors: unknown[] = []
    const onError = (error: unknown) => void errors.push(error)
    const opened = await openRabbitMq({ url, onError })
    const rabbitMq = { ...opened, openChannel: async () => noting(await opened.openChannel(), declared) }
    const queue = createRabbitMqQueue({ rabbitMq, namespace, clock: systemClock, onError })
    let closed: Promise<void> | undefined
    const close = () => {
      closed ??= queue.close().then(rabbitMq.close)
      return closed
    }
    const node = { queue, rabbitMq, errors, close }
    nodes.push(node)
    return node
  }

  return {
    namespace,
    open,
    channel,
    async close() {
      await Promise.all(nodes.map((node) => node.close()))
      const cleaning = await own.openChannel()
      for (const name of declared) await cleaning.deleteQueue(name)
      await cleaning.deleteExchange(`${namespace}.delay`)
      await own.close()
    },
  }
}

const JOBS = [
  'alerts-to-broker',
  'alerts-to-webhooks',
  'document',
  'document-removal',
  'file-removal',
  'mail',
  'note',
  'password-reset',
  'webhook',
]

/** What a whole Loggia of this namespace leaves behind. AMQP cannot list queues; to delete one that is not there is no error. */
export async function forgetQueues(namespace: string): Promise<void> {
  const rabbitMq = await openRabbitMq({ url: ENGINES.rabbitmq, onError: () => {} })
  const channel = await rabbitMq.openChannel()
  const steps = new Set(Array.from({ length: 1_000 }, (_, seconds) => delayStep(seconds)))
  const names = ['detections', ...JOBS.map((job) => `jobs.${job}`)].flatMap((name) => [name, `${name}.dead`])
  const delays = [...steps].map((step) => `delay.${step}`)
  await Promise.all([...names, ...delays].map((name) => channel.deleteQueue(`${namespace}.${name}`)))
  for (const exchange of ['delay', 'alerts']) await channel.deleteExchange(`${namespace}.${exchange}`)
  await rabbitMq.close()
}

function noting(channel: ConfirmChannel, declared: Set<string>): ConfirmChannel {
  const assertQueue = channel.assertQueue.bind(channel)
  channel.assertQueue = (name, options) => {
    declared.add(String(name))
    return assertQueue(name, options)
  }
  return channel
}
