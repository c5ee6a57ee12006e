import { setTimeout as pause } from 'node:timers/promises'
import type { ConfirmChannel } from 'amqplib'
import { unavailable } from '../../kit/errors.ts'
import { answered, assertUnblocked, type RabbitMq } from '../rabbitmq/index.ts'
import { lastingChannel } from './rabbitmq-channel.ts'
import type { Outgoing } from './rabbitmq-messages.ts'

const RETRY_MS = 20
const RETRIES_MAX = 6

/**
 * Resolves when RabbitMQ has confirmed every message: on disk, in a queue. When it throws, each of them may be there or not.
 * `onLost` is called when what was declared may be gone.
 */
export function createPublisher({ rabbitMq, onLost }: { rabbitMq: RabbitMq; onLost: () => void }) {
  /** Ids of messages that no queue took; RabbitMQ says so before it confirms them. */
  const returned = new Set<string>()
  /** Addresses that took something on this channel. */
  const familiar = new Set<string>()
  const open = lastingChannel(rabbitMq, (channel) => {
    channel.on('return', ({ properties }) => returned.add(properties.messageId))
    channel.once('close', () => {
      returned.clear()
      familiar.clear()
      onLost()
    })
  })

  function publishOnce(
    channel: ConfirmChannel,
    { exchange, routingKey, ...message }: Outgoing,
  ): Promise<void> {
    const options = { ...message.properties, persistent: true, mandatory: true }
    return new Promise((resolve, reject) => {
      channel.publish(exchange, routingKey, message.content, options, (error) => {
        if (error) reject(error)
        else if (returned.delete(options.messageId)) reject(unroutable(routingKey))
        else resolve()
      })
    })
  }

  /** A queue whose members are electing a leader takes nothing; that is over soon. */
  async function publishOne(channel: ConfirmChannel, message: Outgoing): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      try {
        return await publishOnce(channel, message)
      } catch (error) {
        if (!isRefused(error) || failures === RETRIES_MAX) throw error
      }
      await pause(RETRY_MS * 2 ** failures)
    }
  }

  async function publishAll(channel: ConfirmChannel, messages: Outgoing[]): Promise<void> {
    const strange = messages.find((message) => !familiar.has(addressOf(message)))
    if (strange === undefined) {
      await Promise.all(messages.map((message) => publishOne(channel, message)))
      return
    }
    // One by one until its queue is known to take them: a refused one would come behind those after it.
    const [first = strange, ...rest] = messages
    await publishOne(channel, first)
    familiar.add(addressOf(first))
    if (rest.length > 0) await publishAll(channel, rest)
  }

  function unroutable(queue: string) {
    onLost()
    return unavailable('rabbitmq_queue_missing', `RabbitMQ has lost "${queue}"; it is made anew. Try again.`)
  }

  return {
    async publish(messages: Outgoing[]): Promise<void> {
      const channel = await open()
      assertUnblocked(channel)
      await answered(publishAll(channel, messages))
    },
  }
}

function addressOf({ exchange, routingKey }: Outgoing): string {
  return `${exchange} ${routingKey}`
}

/** In amqplib's words for a negative confirm. */
function isRefused(error: unknown): boolean {
  return error instanceof Error && error.message === 'message nacked'
}
