import type { ConfirmChannel, Options } from 'amqplib'
import { LoggiaError } from '../../kit/errors.ts'
import { answered, type RabbitMq } from '../rabbitmq/index.ts'

/** Twelve days, and one queue per step. RabbitMQ knows no time to live of more than 2^32 ms. */
const DELAY_SECONDS_MAX = 2 ** 20

export interface TopologyOptions {
  rabbitMq: RabbitMq
  namespace: string
  /** Of queues that other programs know by a name of their own. */
  foreignNames?: Record<string, string>
}

/** The queues and exchanges in RabbitMQ. Each is declared when first used; that one is there already is fine, if it is alike. */
export function createTopology({ rabbitMq, namespace, foreignNames = {} }: TopologyOptions) {
  const declared = new Map<string, Promise<void>>()
  const delays = `${namespace}.delay`

  function once(name: string, declare: (channel: ConfirmChannel) => Promise<unknown>): Promise<void> {
    const known = declared.get(name)
    if (known) return known
    const declaring = onChannelOfItsOwn(name, declare)
    declared.set(name, declaring)
    declaring.catch(() => declared.delete(name))
    return declaring
  }

  /** RabbitMQ closes the channel on which it refuses something. */
  async function onChannelOfItsOwn(name: string, declare: (channel: ConfirmChannel) => Promise<unknown>) {
    const channel = await rabbitMq.openChannel()
    try {
      await answered(declare(channel))
      channel.close().catch(() => {})
    } catch (error) {
      throw isDeclaredOtherwise(error) ? declaredOtherwise(name, error) : error
    }
  }

  return {
    delays,
    /** `jobs/mail` is `<namespace>.jobs.mail`. */
    nameOf: (queue: string) => foreignNames[queue] ?? `${namespace}.${queue.replaceAll('/', '.')}`,
    deadLettersOf,
    declare: (name: string) =>
      once(name, async (channel) => {
        await channel.assertQueue(deadLettersOf(name), durable({}))
        await channel.assertQueue(name, durable(deadLetteringTo(deadLettersOf(name))))
      }),
    /**
     * Whatever is published to `delays` with this header comes to the queue of its routing key when the delay is over. One
     * queue for each delay: RabbitMQ looks only at the oldest message of a queue, which must be the first one due.
     */
    declareDelay: (seconds: number) =>
      once(`${delays}.${seconds}`, async (channel) => {
        const name = `${delays}.${seconds}`
        await channel.assertExchange(delays, 'headers', { durable: true })
        await channel.assertQueue(
          name,
          durable({ ...deadLetteringTo(null), 'x-message-ttl': seconds * 1000 }),
        )
        await channel.bindQueue(name, delays, '', { 'x-match': 'all', ...delayHeader(seconds) })
      }),
    /** Everything is declared again: the connection may lead to another RabbitMQ, and people delete queues. */
    forget: () => declared.clear(),
  }
}

export type Topology = ReturnType<typeof createTopology>

export function deadLettersOf(name: string): string {
  return `${name}.dead`
}

export function delayHeader(seconds: number): Record<string, string> {
  return { 'loggia-delay': String(seconds) }
}

/** Up to the next of 1, 2, 3, 4, 6, 8, 12, 16, 24, 32 ...: never early, at most half as long again, and a bounded number of queues. */
export function delayStep(seconds: number): number {
  const whole = Math.min(Math.max(1, Math.ceil(seconds)), DELAY_SECONDS_MAX)
  const power = 2 ** Math.floor(Math.log2(whole))
  return [power, power * 1.5, power * 2].find((step) => step >= whole && Number.isInteger(step)) ?? power
}

/** On a majority of the nodes and their disks before anybody is told that it is done. */
function durable(more: Record<string, unknown>): Options.AssertQueue {
  return { durable: true, arguments: { 'x-queue-type': 'quorum', ...more } }
}

/** With confirms, of which RabbitMQ asks that the queue refuses rather than drops (https://www.rabbitmq.com/docs/quorum-queues). */
function deadLetteringTo(queue: string | null) {
  return {
    'x-dead-letter-exchange': '',
    ...(queue === null ? {} : { 'x-dead-letter-routing-key': queue }),
    'x-dead-letter-strategy': 'at-least-once',
    'x-overflow': 'reject-publish',
  }
}

const PRECONDITION_FAILED = 406

function isDeclaredOtherwise(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === PRECONDITION_FAILED
}

function declaredOtherwise(name: string, cause: Error): LoggiaError {
  const sentence = `RabbitMQ has "${name}" or what belongs to it with other settings than Loggia gives it. Delete that one or set another NAMESPACE. (${cause.message})`
  return new LoggiaError('conflict', 'rabbitmq_queue_differs', sentence, { cause })
}
