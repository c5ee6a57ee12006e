import type { ConfirmChannel } from 'amqplib'
import type { RabbitMq } from './index.ts'
import { answered } from './unavailable.ts'

export interface Published {
  /** The same for a message that is published once more. */
  id: string
  /** JSON text. */
  body: string
}

/**
 * Publishes to the durable fanout exchange `<namespace>.<name>`, to which whoever wants to binds a queue of their own. Resolves when
 * RabbitMQ has confirmed: the message is then in every queue that was bound. Throws `rabbitmq_unavailable`; published again,
 * it may be there twice, under one id.
 */
export function createExchangePublisher({ rabbitMq, namespace }: { rabbitMq: RabbitMq; namespace: string }) {
  let opening: Promise<ConfirmChannel> | null = null
  const declared = new WeakMap<ConfirmChannel, Set<string>>()

  async function open(): Promise<ConfirmChannel> {
    try {
      const channel = await rabbitMq.openChannel()
      channel.once('close', forget)
      declared.set(channel, new Set())
      return channel
    } catch (error) {
      forget()
      throw error
    }
  }

  function forget(): void {
    opening = null
  }

  return async function publish(name: string, { id, body }: Published): Promise<void> {
    opening ??= open()
    const channel = await opening
    const exchange = `${namespace}.${name}`
    if (!declared.get(channel)?.has(exchange)) {
      await answered(Promise.resolve(channel.assertExchange(exchange, 'fanout', { durable: true })))
      declared.get(channel)?.add(exchange)
    }
    const options = { messageId: id, contentType: 'application/json', persistent: true }
    const confirmed = new Promise<void>((resolve, reject) => {
      const settle = (error: unknown) => (error ? reject(error) : resolve())
      channel.publish(exchange, '', Buffer.from(body), options, settle)
    })
    await answered(confirmed)
  }
}
