import type { ConfirmChannel } from 'amqplib'
import { keepConnected } from './connection.ts'
import { answered, rabbitMqUnavailable } from './unavailable.ts'

/** One RabbitMQ for all seams that use it. */
export interface RabbitMq {
  /**
   * A channel of its own, with publisher confirms. It ends with its connection or when RabbitMQ objects to something, and
   * says `close`; it is never mended, so open another. Throws `rabbitmq_unavailable` (503): at once while RabbitMQ is away,
   * within 3 s when it hangs. Before the first attempt to connect has ended, that is waited for.
   */
  openChannel(): Promise<ConfirmChannel>
  /** Throws when RabbitMQ does not answer within 2 s. */
  ping(): Promise<void>
  close(): Promise<void>
}

const PING_MS = 2_000

/**
 * Resolves without waiting for RabbitMQ: a server may start while it is away, and says so in `/readyz`. `url` is
 * `amqp[s]://[user][:password]@host[:port][/vhost]`. It comes back by itself within 5 s of RabbitMQ's return. `onError` is
 * told once per outage.
 */
export async function openRabbitMq(options: {
  url: string
  onError: (error: unknown) => void
}): Promise<RabbitMq> {
  const connection = keepConnected(options)

  async function openChannel(): Promise<ConfirmChannel> {
    const current = await connection.current()
    const opening = current.createConfirmChannel()
    try {
      const channel = await answered(opening)
      // Its `close` may have been said in the same turn, when nobody could listen yet.
      if (connection.isLost(current)) throw rabbitMqUnavailable(new Error('The connection was just lost.'))
      channel.on('error', ignore)
      return channel
    } catch (error) {
      opening.then(end, ignore)
      throw error
    }
  }

  return {
    openChannel,
    ping: () => answered(openChannel().then(end), PING_MS),
    close: connection.close,
  }
}

/** Node ends a process for an error event that nobody takes; `close` follows each, and what was asked of the channel fails. */
function ignore(): void {}

function end(channel: ConfirmChannel): void {
  channel.on('error', ignore)
  channel.close().catch(ignore)
}

export { examineRabbitMq } from './examination.ts'
export { createPublisher, type Publish } from './publisher.ts'
export { answered, assertUnblocked, rabbitMqUnavailable } from './unavailable.ts'
