import type { ConfirmChannel } from 'amqplib'
import { unavailable } from '../../kit/errors.ts'
import { answered, type RabbitMq } from '../rabbitmq/index.ts'
import { lastingChannel } from './rabbitmq-channel.ts'
import type { Outgoing } from './rabbitmq-messages.ts'

/**
 * Resolves when RabbitMQ has confirmed every message: on disk, in a queue. When it throws, each of them may be there or not.
 * `onLost` is called when what was declared may be gone.
 */
export function createPublisher({ rabbitMq, onLost }: { rabbitMq: RabbitMq; onLost: () => void }) {
  /** Ids of messages that no queue took; RabbitMQ says so before it confirms them. */
  const returned = new Set<string>()
  const open = lastingChannel(rabbitMq, (channel) => {
    channel.on('return', ({ properties }) => returned.add(properties.messageId))
    channel.once('close', () => {
      returned.clear()
      onLost()
    })
  })

  function publishOne(
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

  function unroutable(queue: string) {
    onLost()
    return unavailable('rabbitmq_queue_missing', `RabbitMQ has lost "${queue}"; it is made anew. Try again.`)
  }

  return {
    async publish(messages: Outgoing[]): Promise<void> {
      const channel = await open()
      await answered(Promise.all(messages.map((message) => publishOne(channel, message))))
    },
  }
}
