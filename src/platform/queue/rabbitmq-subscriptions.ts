import { randomBytes } from 'node:crypto'
import type { Channel, ConsumeMessage, Message } from 'amqplib'
import { answered } from '../rabbitmq/index.ts'

interface SubscriptionOptions {
  queue: string
  /** `null`: RabbitMQ has ended the subscription, because the queue was deleted. */
  onMessage: (channel: Channel, message: ConsumeMessage | null) => void
}

/** The consumers of one queue on one channel. There are several when more was wanted later: a prefetch cannot be changed. */
export function createSubscriptions({ queue, onMessage }: SubscriptionOptions) {
  const tags = new Set<string>()
  /** How many more messages they may bring. */
  let credit = 0

  const isOurs = ({ fields }: Message) => fields.consumerTag !== undefined && tags.has(fields.consumerTag)

  function forget(): void {
    tags.clear()
    credit = 0
  }

  return {
    mayBring: () => credit > 0,
    forget,
    arrived(message: Message): void {
      if (isOurs(message)) credit -= 1
    },
    settled(message: Message): void {
      if (isOurs(message)) credit += 1
    },

    /** Sees to it that so many messages may come. */
    async ask(channel: Channel, wanted: number): Promise<void> {
      if (wanted <= credit) return
      const consumerTag = `loggia.${randomBytes(9).toString('base64url')}`
      const prefetched = channel.prefetch(wanted - credit)
      const consuming = channel.consume(queue, (message) => onMessage(channel, message), { consumerTag })
      tags.add(consumerTag)
      credit = wanted
      await answered(Promise.all([prefetched, consuming]))
    },

    /** Afterwards nothing more comes. */
    async end(channel: Channel): Promise<void> {
      const ended = [...tags]
      forget()
      await answered(Promise.all(ended.map((tag) => channel.cancel(tag))))
    },
  }
}
