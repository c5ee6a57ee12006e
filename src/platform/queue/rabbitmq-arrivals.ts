import { randomBytes } from 'node:crypto'
import type { ConfirmChannel, Message } from 'amqplib'
import type { RabbitMq } from '../rabbitmq/index.ts'
import { lastingChannel } from './rabbitmq-channel.ts'

/** A message that RabbitMQ has handed to this process. */
export interface Arrival {
  message: Message
  /** Names it as long as its channel lives, and nothing ever after. */
  receipt: string
}

interface ArrivalOptions {
  rabbitMq: RabbitMq
  onSettled: (message: Message) => void
  /** Everything that has arrived is somebody else's now. */
  onLost: () => void
  onError: (error: unknown) => void
}

/** The channel on which messages arrive, and with which they are lost. */
export function createArrivals({ rabbitMq, onSettled, onLost, onError }: ArrivalOptions) {
  let epoch = ''
  let channel: ConfirmChannel | null = null
  const open = lastingChannel(rabbitMq, (opened) => {
    channel = opened
    epoch = randomBytes(9).toString('base64url')
    opened.on('error', onError)
    opened.once('close', () => {
      channel = null
      onLost()
    })
  })

  const isAlive = ({ receipt }: Arrival) => channel !== null && receipt.startsWith(`${epoch}.`)

  function settle(arrival: Arrival, say: (channel: ConfirmChannel) => void): boolean {
    if (channel === null || !isAlive(arrival)) return false
    try {
      say(channel)
    } catch {
      // It is being closed.
      return false
    }
    onSettled(arrival.message)
    return true
  }

  return {
    /** Throws `rabbitmq_unavailable`. */
    open,
    /** `null`: lost, or never opened. */
    channel: () => channel,
    isAlive,
    of: (message: Message): Arrival => ({ message, receipt: `${epoch}.${message.fields.deliveryTag}` }),
    /** `false`, as of the next: its channel is gone, and it will be delivered again. */
    accept: (arrival: Arrival) => settle(arrival, (alive) => alive.ack(arrival.message)),
    /** Near the place in the queue that it had; RabbitMQ counts the delivery. */
    requeue: (arrival: Arrival) => settle(arrival, (alive) => alive.reject(arrival.message, true)),
  }
}
