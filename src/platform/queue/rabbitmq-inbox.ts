import type { Channel, Message } from 'amqplib'
import { answered, type RabbitMq, rabbitMqUnavailable } from '../rabbitmq/index.ts'
import { type Arrival, createArrivals } from './rabbitmq-arrivals.ts'
import { createLinger } from './rabbitmq-linger.ts'
import { createSubscriptions } from './rabbitmq-subscriptions.ts'
import { createWaiters } from './rabbitmq-waiters.ts'

interface InboxOptions {
  rabbitMq: RabbitMq
  /** In RabbitMQ. */
  queue: string
  /** Takes what nobody here came to receive. */
  onSurplus: (arrivals: Arrival[]) => Promise<void>
  onLost: () => void
  onError: (error: unknown) => void
}

/**
 * What RabbitMQ sends of one queue. It is asked for as many messages as receivers wait for and no more, and when none of
 * them has come back for a moment the rest is given back. A receiver that holds all it asked for is left alone: nothing more
 * comes to it, and what RabbitMQ is just sending when a consumer ends counts as delivered. Everything here dies with the
 * channel: RabbitMQ then gives what was not acknowledged to somebody else.
 */
export function createInbox({ rabbitMq, queue, onSurplus, onLost, onError }: InboxOptions) {
  const arrived: Arrival[] = []
  const waiters = createWaiters()
  const subscriptions = createSubscriptions({ queue, onMessage })
  const arrivals = createArrivals({ rabbitMq, onSettled: settle, onLost: lose, onError })
  let receiving = 0
  const isIdle = () => receiving === 0 && (subscriptions.mayBring() || arrived.length > 0)
  const linger = createLinger({ isIdle, rest, onError })

  function lose(): void {
    arrived.length = 0
    subscriptions.forget()
    linger.end()
    waiters.failAll(rabbitMqUnavailable(new Error('The channel was closed.')))
    onLost()
  }

  function onMessage(channel: Channel, message: Message | null): void {
    if (message) arrive(message)
    // Its queue was deleted; with a new channel it is declared anew.
    else channel.close().catch(onError)
  }

  function arrive(message: Message): void {
    arrived.push(arrivals.of(message))
    subscriptions.arrived(message)
    waiters.wakeAll()
    linger.begin()
  }

  function settle(message: Message): void {
    subscriptions.settled(message)
    linger.begin()
  }

  async function rest(): Promise<void> {
    const channel = arrivals.channel()
    if (channel) await subscriptions.end(channel).catch(() => {})
    if (receiving === 0 && arrived.length > 0) await onSurplus(arrived.splice(0))
  }

  async function fetchOne(): Promise<boolean> {
    const channel = await arrivals.open()
    // It arrives even if nobody waits for the answer any longer.
    const coming = channel.get(queue).then((message) => message && arrive(message))
    return (await answered(coming)) !== false
  }

  return {
    open: arrivals.open,
    isAlive: arrivals.isAlive,
    fetchOne,
    size: () => arrived.length,
    take: () => arrived.shift(),
    /** What was taken and could not be dealt with. */
    putBack(arrival: Arrival): void {
      if (arrivals.isAlive(arrival)) arrived.unshift(arrival)
    },
    /** Resolves when something has arrived, at the end of the time, or by the signal. */
    async wait(max: number, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
      const waiting = waiters.wait(max, waitMs, signal)
      const channel = arrivals.channel()
      if (channel === null || arrived.length > 0) waiters.wakeAll()
      else subscriptions.ask(channel, waiters.wanted()).catch(waiters.failAll)
      await waiting
    },
    /** The time of one receive, during which nothing is surplus. */
    async during<Result>(receive: () => Promise<Result>): Promise<Result> {
      receiving += 1
      linger.end()
      try {
        return await receive()
      } finally {
        receiving -= 1
        linger.begin()
      }
    },
    accept: arrivals.accept,
    requeue: arrivals.requeue,
    async close(): Promise<void> {
      waiters.wakeAll()
      await rest()
      linger.end()
      // Its answer comes after everything that was said on the channel; acknowledgements have none of their own.
      await arrivals.channel()?.close()
    },
  }
}

export type Inbox = ReturnType<typeof createInbox>
