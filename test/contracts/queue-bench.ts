import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { Delivery, NewMessage, Queue, QueueInspection } from '../../src/platform/queue/index.ts'
import { withDeadline } from '../support/event-stream.ts'
import type { OpenedQueue, QueueAbilities } from './queue.ts'

export const MANY = 1_000
const LEASE_SECONDS = 60

export interface Receiving {
  max?: number
  leaseSeconds?: number
  waitSeconds?: number
  deliveriesMax?: number
  signal?: AbortSignal
  /** Through the other node. */
  elsewhere?: boolean
}

export interface QueueBench {
  able: QueueAbilities
  readonly queue: Queue
  readonly other: Queue
  readonly inspection: QueueInspection
  /** A queue that nobody has used. */
  name(): string
  /** Messages with these bodies; the ids. */
  push(queue: string, ...bodies: string[]): Promise<string[]>
  pushOne(queue: string, body: string, more: Omit<NewMessage, 'body'>): Promise<string>
  receive(queue: string, more?: Receiving): Promise<Delivery[]>
  /** The one message that is there. */
  receiveOne(queue: string, more?: Receiving): Promise<Delivery>
  /** The bodies of all that can be received now; their leases are kept. */
  bodies(queue: string, more?: Receiving): Promise<string[]>
  nack(
    queue: string,
    receipts: string[],
    more?: { delaySeconds?: number; reason?: string; deliveriesMax?: number },
  ): ReturnType<Queue['nack']>
  /** So much time passes. */
  pass(seconds: number): Promise<void>
}

export function createBench(able: QueueAbilities, opened: () => OpenedQueue): QueueBench {
  const name = () => `contract-${randomUUID()}`

  function receive(queue: string, { elsewhere = false, ...more }: Receiving = {}): Promise<Delivery[]> {
    const node = elsewhere ? opened().other : opened().queue
    const request = { max: 100, leaseSeconds: LEASE_SECONDS, waitSeconds: 0, deliveriesMax: 5, ...more }
    return withDeadline(`a receive from ${queue}`, node.receive(queue, request))
  }

  async function pass(seconds: number): Promise<void> {
    const { advance, queue } = opened()
    if (advance) return advance(seconds)
    const timer = name()
    await queue.push(timer, [{ body: '"over"', delaySeconds: seconds }])
    const over = await receive(timer, { leaseSeconds: 0, waitSeconds: seconds + 5 })
    assert.equal(over.length, 1)
  }

  return {
    able,
    get queue() {
      return opened().queue
    },
    get other() {
      return opened().other
    },
    get inspection() {
      const { inspection } = opened()
      if (inspection === undefined) throw new Error('This engine cannot be looked into.')
      return inspection
    },
    name,
    push: (queue, ...bodies) =>
      opened().queue.push(
        queue,
        bodies.map((body) => ({ body })),
      ),
    async pushOne(queue, body, more) {
      const [id = ''] = await opened().queue.push(queue, [{ body, ...more }])
      return id
    },
    receive,
    async receiveOne(queue, more) {
      const [delivery, ...others] = await receive(queue, more)
      assert.ok(delivery !== undefined && others.length === 0)
      return delivery
    },
    bodies: async (queue, more) => (await receive(queue, more)).map(({ body }) => body),
    nack: (queue, receipts, more) =>
      opened().queue.nack(queue, receipts, { delaySeconds: 0, reason: 'No.', deliveriesMax: 5, ...more }),
    pass,
  }
}

export const receiptsOf = (deliveries: Delivery[]) => deliveries.map(({ receipt }) => receipt)

export const numbered = (count: number) => Array.from({ length: count }, (_, index) => String(index))
