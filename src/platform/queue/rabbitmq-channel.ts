import type { ConfirmChannel } from 'amqplib'
import type { RabbitMq } from '../rabbitmq/index.ts'

/** One channel, opened when it is first needed and anew after it was lost. `onOpened` may listen for its `close`. */
export function lastingChannel(rabbitMq: RabbitMq, onOpened: (channel: ConfirmChannel) => void) {
  let opening: Promise<ConfirmChannel> | null = null

  async function open(): Promise<ConfirmChannel> {
    try {
      const channel = await rabbitMq.openChannel()
      channel.once('close', forget)
      onOpened(channel)
      return channel
    } catch (error) {
      forget()
      throw error
    }
  }

  function forget(): void {
    opening = null
  }

  return (): Promise<ConfirmChannel> => {
    opening ??= open()
    return opening
  }
}
