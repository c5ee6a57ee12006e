import type { Clock } from '../../kit/clock.ts'
import type { RabbitMq } from '../rabbitmq/index.ts'
import type { Delivery, ReceiveRequest } from './index.ts'
import type { Arrival } from './rabbitmq-arrivals.ts'
import { createHeld, type Settlement } from './rabbitmq-held.ts'
import { createInbox } from './rabbitmq-inbox.ts'
import { jsonIn, type Letter, read } from './rabbitmq-messages.ts'
import type { Outbound } from './rabbitmq-outbound.ts'

interface ReceiverOptions {
  rabbitMq: RabbitMq
  outbound: Outbound
  clock: Clock
  /** In RabbitMQ. */
  queue: string
  onLost: () => void
  onError: (error: unknown) => void
}

/** The receiving side of one queue in this process. A receipt is good while its channel lives; the process that dies holds nothing. */
export function createReceiver({ rabbitMq, outbound, clock, queue, onLost, onError }: ReceiverOptions) {
  const inbox = createInbox({ rabbitMq, queue, onSurplus: giveBack, onLost: lose, onError })
  const held = createHeld(inbox)
  let isClosed = false

  function lose(): void {
    held.forget()
    onLost()
  }

  /** As a copy: to hand it back would count as a delivery, and nobody has seen it. */
  async function giveBack(arrivals: Arrival[]): Promise<void> {
    await Promise.all(
      arrivals.map(async (arrival) => {
        const letter = read(arrival.message, clock())
        try {
          await outbound.copy(queue, letter, { ...letter, delaySeconds: 0 })
          inbox.accept(arrival)
        } catch {
          inbox.requeue(arrival)
        }
      }),
    )
  }

  async function takeUpTo(request: ReceiveRequest): Promise<Delivery[]> {
    const taken: Delivery[] = []
    while (taken.length < request.max) {
      const arrival = inbox.take()
      if (arrival === undefined) break
      try {
        taken.push(...(await admit(arrival, request)))
      } catch (error) {
        inbox.putBack(arrival)
        if (taken.length === 0) throw error
        break
      }
    }
    return taken
  }

  /** None, when the message must not be delivered any more. */
  async function admit(arrival: Arrival, { leaseSeconds, deliveriesMax }: ReceiveRequest) {
    const letter = read(arrival.message, clock())
    const body = jsonIn(letter.content)
    const reason = body === null ? 'The body is no JSON.' : exhausted(letter, deliveriesMax)
    const isExpired = letter.deliveries === 0 && letter.expiresAt !== null && letter.expiresAt <= clock()
    if (reason !== null && !isExpired) await outbound.bury(queue, letter, { ...letter, reason })
    if (isExpired || reason !== null || leaseSeconds === 0) inbox.accept(arrival)
    else held.hold({ arrival, letter })
    if (isExpired || reason !== null || body === null) return []
    const { id, deliveries, pushedAt } = letter
    return [{ id, receipt: arrival.receipt, body, deliveries: deliveries + 1, pushedAt }]
  }

  async function receive(request: ReceiveRequest): Promise<Delivery[]> {
    const { max, waitSeconds, signal } = request
    const deadline = performance.now() + waitSeconds * 1000
    for (;;) {
      await inbox.open()
      const remainingMs = deadline - performance.now()
      while (remainingMs <= 0 && inbox.size() < max && (await inbox.fetchOne()));
      const isEmpty = inbox.size() === 0
      const taken = await takeUpTo(request)
      const isOver = isClosed || signal?.aborted || (remainingMs <= 0 && isEmpty)
      if (taken.length > 0 || isOver) return taken
      if (remainingMs > 0) await inbox.wait(max, remainingMs, signal)
    }
  }

  return {
    receive: (request: ReceiveRequest) => inbox.during(() => receive(request)),
    accept: inbox.accept,
    requeue: inbox.requeue,
    holds: held.has,
    settle: (receipts: string[], settlement: Settlement) => held.settle(receipts, settlement),
    async close(): Promise<void> {
      isClosed = true
      await inbox.close()
    },
  }
}

export type Receiver = ReturnType<typeof createReceiver>

function exhausted({ deliveries, reason }: Letter, deliveriesMax: number): string | null {
  return deliveries < deliveriesMax ? null : (reason ?? 'The lease of the last delivery ran out.')
}
