import type { Clock } from '../../kit/clock.ts'
import { answered, rabbitMqUnavailable } from '../rabbitmq/index.ts'
import type { Queue, Refusal } from './index.ts'
import type { Held } from './rabbitmq-held.ts'
import { createOutbound } from './rabbitmq-outbound.ts'
import { createReceiver, type Receiver } from './rabbitmq-receiver.ts'
import { createTopology, type TopologyOptions } from './rabbitmq-topology.ts'

interface RabbitMqQueueOptions extends TopologyOptions {
  clock: Clock
  onError: (error: unknown) => void
}

const CLOSE_MS = 2_000

/**
 * Durable quorum queues. What differs from the contract, because RabbitMQ has no more:
 * - A lease is the connection: it lasts, whatever seconds are said, until the receiver's process or connection ends, or
 *   RabbitMQ's `consumer_timeout` (30 min) is over. A receipt is good in the process that received it.
 * - `dedupId` becomes the message id, and nobody looks for a second one: handlers are idempotent.
 * - A delay may last up to half as long again, and what comes from a delay is the youngest.
 * - An acknowledgement that was under way when the connection was lost may not have arrived: then it is delivered again.
 *
 * Everything throws `rabbitmq_unavailable` (503) while RabbitMQ is away, within some seconds when it hangs.
 */
export function createRabbitMqQueue(options: RabbitMqQueueOptions): Queue & { close(): Promise<void> } {
  const { clock, onError } = options
  const topology = createTopology(options)
  const outbound = createOutbound({ ...options, topology })
  const receivers = new Map<string, Receiver>()
  let isClosed = false

  function receiverOf(queue: string): Receiver {
    const known = receivers.get(queue)
    if (known) return known
    const name = topology.nameOf(queue)
    const receiver = createReceiver({ ...options, outbound, queue: name, onLost: topology.forget })
    receivers.set(queue, receiver)
    return receiver
  }

  /** Confirmed elsewhere before it is taken away here: a crash between the two leaves two, never none. */
  async function refuse(queue: string, { arrival, letter }: Held, refusal: Refusal): Promise<boolean> {
    const { delaySeconds, reason, deliveriesMax, isUncounted = false } = refusal
    const deliveries = letter.deliveries + (isUncounted ? 0 : 1)
    const isDead = !isUncounted && deliveries >= deliveriesMax
    // RabbitMQ itself counts what is handed back, so what does not count goes as a copy.
    if (!isDead && !isUncounted && delaySeconds <= 0) return receiverOf(queue).requeue(arrival)
    const name = topology.nameOf(queue)
    if (isDead) await outbound.bury(name, letter, { deliveries, reason })
    else await outbound.copy(name, letter, { deliveries, reason, delaySeconds })
    receiverOf(queue).accept(arrival)
    return true
  }

  async function closeReceiver(receiver: Receiver): Promise<void> {
    await answered(receiver.close(), CLOSE_MS).catch(onError)
  }

  return {
    push: (queue, messages) => outbound.push(topology.nameOf(queue), messages, clock()),
    async receive(queue, request) {
      if (isClosed) throw rabbitMqUnavailable(new Error('It was closed here.'))
      await topology.declare(topology.nameOf(queue))
      return receiverOf(queue).receive(request)
    },
    ack: (queue, receipts) =>
      receiverOf(queue).settle(receipts, ({ arrival }) => receiverOf(queue).accept(arrival)),
    nack: (queue, receipts, refusal) =>
      receiverOf(queue).settle(receipts, (held) => refuse(queue, held, refusal)),
    async extend(queue, receipts) {
      const stale = receipts.filter((receipt) => !receiverOf(queue).holds(receipt))
      return { done: receipts.length - stale.length, stale }
    },
    async close() {
      isClosed = true
      await Promise.all([...receivers.values()].map(closeReceiver))
    },
  }
}
