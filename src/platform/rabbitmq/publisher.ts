import type { ConfirmChannel } from 'amqplib'
import { answered, assertUnblocked } from './unavailable.ts'

/** Hands a message to everybody whose queue is bound to the exchange; resolves when it is safe in each of them. */
export type Publish = (exchange: string, message: { id: string; body: string }) => Promise<void>

/**
 * Fanout exchanges, durable, made when first used: `alerts` is `<namespace>.alerts`. Messages are persistent JSON with their id
 * as `message_id`. Throws `rabbitmq_unavailable`.
 */
export function createPublisher(options: {
  openChannel: () => Promise<ConfirmChannel>
  namespace: string
}): Publish {
  const { openChannel, namespace } = options
  const channels = new Map<string, Promise<ConfirmChannel>>()

  function channelTo(exchange: string): Promise<ConfirmChannel> {
    const known = channels.get(exchange)
    if (known) return known
    const opening = open(exchange)
    channels.set(exchange, opening)
    opening.catch(() => channels.delete(exchange))
    return opening
  }

  async function open(exchange: string): Promise<ConfirmChannel> {
    const channel = await openChannel()
    channel.once('close', () => channels.delete(exchange))
    await answered(channel.assertExchange(exchange, 'fanout', { durable: true }))
    return channel
  }

  return async (name, { id, body }) => {
    const exchange = `${namespace}.${name}`
    const channel = await channelTo(exchange)
    assertUnblocked(channel)
    const { promise: confirmed, resolve, reject } = Promise.withResolvers<void>()
    const more = { persistent: true, contentType: 'application/json', messageId: id }
    channel.publish(exchange, '', Buffer.from(body), more, (error) => (error ? reject(error) : resolve()))
    await answered(confirmed)
  }
}
