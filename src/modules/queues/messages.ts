import { createHash } from 'node:crypto'
import type { Caller } from '../../http/access.ts'
import { toTimestamp } from '../../kit/clock.ts'
import type { Delivery, Queue as QueueSeam, Settled } from '../../platform/queue/index.ts'
import { fromText } from './body.ts'
import type { QueueHistory } from './history.ts'
import type { Queues } from './queues.ts'
import type { Extend, Nack, NewMessage, Popped, Push, Receive, Received } from './schemas.ts'

export interface MessagesOptions {
  queues: Queues
  queue: QueueSeam
  history: QueueHistory
  /** Aborted when the server stops: whoever waits for a message then comes back empty-handed. */
  closing: AbortSignal
}

const HUNG_UP = { reason: 'The receiver hung up.', isUncounted: true }

/** The messages of named queues, in the words of the wire. */
export function createMessages({ queues, queue, history, closing }: MessagesOptions) {
  async function receive(name: string, request: Receive, signal: AbortSignal): Promise<Delivery[]> {
    const { max_deliveries, lease_seconds } = await queues.find(name)
    return queue.receive(name, {
      max: request.max ?? 1,
      leaseSeconds: request.lease_seconds ?? lease_seconds,
      waitSeconds: request.wait_seconds ?? 0,
      deliveriesMax: max_deliveries,
      signal,
    })
  }

  /** As if they had not been delivered: to nobody they were. */
  async function giveBack(name: string, deliveries: Delivery[]): Promise<void> {
    const receipts = deliveries.map(({ receipt }) => receipt)
    await queue.nack(name, receipts, { ...HUNG_UP, delaySeconds: 0, deliveriesMax: 1 })
  }

  return {
    /** `idempotencyKey`: a repeat finds the messages of the first try, even one whose answer was never kept. */
    async push(caller: Caller, name: string, push: Push, idempotencyKey: string | undefined) {
      const { ttl_seconds } = await queues.findOrMake(name)
      const messages = 'messages' in push ? (push.messages as NewMessage[]) : [push as NewMessage]
      const seed = idempotencyKey === undefined ? null : hashOf(`${caller.userId}\n${idempotencyKey}`)
      const pushed = messages.map((message, index) => toNewMessage(message, { ttl_seconds, seed, index }))
      const ids = await queue.push(name, pushed)
      history.count(name, 'pushed', ids.length)
      return { ids }
    },

    /** `hungUp`: whoever waits and goes away, takes no message along. */
    async receive(name: string, request: Receive, hungUp: AbortSignal | undefined): Promise<Received> {
      const signal = hungUp ? AbortSignal.any([closing, hungUp]) : closing
      const deliveries = await receive(name, request, signal)
      if (hungUp?.aborted && deliveries.length > 0) {
        await giveBack(name, deliveries)
        return { messages: [] }
      }
      return {
        messages: deliveries.map(({ id, receipt, body, deliveries, pushedAt }) => {
          return { id, receipt, body: fromText(body), deliveries, pushed_at: toTimestamp(pushedAt) }
        }),
      }
    },

    /** Receives one and forgets it: for those who would rather lose a message than see it twice. */
    async pop(name: string): Promise<Popped | undefined> {
      const [delivery] = await receive(name, { max: 1, lease_seconds: 0 }, closing)
      if (delivery === undefined) return undefined
      history.count(name, 'acked', 1)
      return { id: delivery.id, body: fromText(delivery.body) }
    },

    async ack(name: string, receipts: string[]): Promise<Settled> {
      await queues.find(name)
      const settled = await queue.ack(name, receipts)
      history.count(name, 'acked', settled.done)
      return settled
    },

    async nack(
      name: string,
      { receipts, delay_seconds = 0, reason = 'Given back.' }: Nack,
    ): Promise<Settled> {
      const { max_deliveries } = await queues.find(name)
      return queue.nack(name, receipts, {
        delaySeconds: delay_seconds,
        reason,
        deliveriesMax: max_deliveries,
      })
    },

    async extend(name: string, { receipts, lease_seconds }: Extend): Promise<Settled> {
      await queues.find(name)
      return queue.extend(name, receipts, lease_seconds)
    },
  }
}

export type Messages = ReturnType<typeof createMessages>

interface Context {
  ttl_seconds: number | null
  seed: string | null
  index: number
}

function toNewMessage(message: NewMessage, { ttl_seconds, seed, index }: Context) {
  const ttlSeconds = message.ttl_seconds ?? ttl_seconds
  const dedupId = message.dedup_id ?? (seed === null ? null : `${seed}:${index}`)
  return {
    body: JSON.stringify(message.body),
    ...(message.delay_seconds === undefined ? {} : { delaySeconds: message.delay_seconds }),
    ...(dedupId === null ? {} : { dedupId }),
    ...(ttlSeconds === null ? {} : { ttlSeconds }),
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
