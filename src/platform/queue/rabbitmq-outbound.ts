import type { RabbitMq } from '../rabbitmq/index.ts'
import type { NewMessage } from './index.ts'
import { again, fresh, type Letter, type Outgoing } from './rabbitmq-messages.ts'
import { createPublisher } from './rabbitmq-publisher.ts'
import { deadLettersOf, delayHeader, delayStep, type Topology } from './rabbitmq-topology.ts'

type Content = Pick<Outgoing, 'content' | 'properties'>

/** Everything that goes to RabbitMQ. It is there for good when these resolve. */
export function createOutbound({ rabbitMq, topology }: { rabbitMq: RabbitMq; topology: Topology }) {
  const publisher = createPublisher({ rabbitMq, onLost: topology.forget })

  async function delayed(queue: string, content: Content, delaySeconds: number): Promise<Outgoing> {
    const step = delayStep(delaySeconds)
    await topology.declareDelay(step)
    const headers = { ...content.properties.headers, ...delayHeader(step) }
    const properties = { ...content.properties, headers }
    return { ...content, properties, exchange: topology.delays, routingKey: queue }
  }

  async function address(queue: string, content: Content, delaySeconds: number): Promise<Outgoing> {
    if (delaySeconds > 0) return delayed(queue, content, delaySeconds)
    return { ...content, exchange: '', routingKey: queue }
  }

  return {
    async push(queue: string, messages: NewMessage[], now: number): Promise<string[]> {
      await topology.declare(queue)
      const outgoing = await Promise.all(
        messages.map((message) => address(queue, fresh(message, now), message.delaySeconds ?? 0)),
      )
      await publisher.publish(outgoing)
      return outgoing.map(({ properties }) => properties.messageId)
    },

    /** A copy that waits anew; `deliveries` are those that it has behind it. */
    async copy(
      queue: string,
      letter: Letter,
      told: { deliveries: number; reason: string | null; delaySeconds: number },
    ) {
      await topology.declare(queue)
      await publisher.publish([await address(queue, again(letter, told), told.delaySeconds)])
    },

    async bury(queue: string, letter: Letter, told: { deliveries: number; reason: string }): Promise<void> {
      await topology.declare(queue)
      await publisher.publish([{ ...again(letter, told), exchange: '', routingKey: deadLettersOf(queue) }])
    },
  }
}

export type Outbound = ReturnType<typeof createOutbound>
