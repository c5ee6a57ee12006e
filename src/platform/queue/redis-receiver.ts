import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kit/clock.ts'
import type { Redis } from '../redis/index.ts'
import type { Delivery, ReceiveRequest } from './index.ts'
import { type Fields, toEntry } from './redis-entries.ts'
import { createNews } from './redis-news.ts'
import type { RunScript } from './redis-scripts.ts'
import { createSleepers, type Position } from './redis-sleepers.ts'

interface Options {
  redis: Redis
  namespace: string
  clock: Clock
  onError: (error: unknown) => void
  run: RunScript
}

/** A script passes so many arguments to one command at most. */
const TAKEN_AT_ONCE_MAX = 1_000

type Taken = [id: string, deliveries: number, fields: Fields][]
type Look = [taken: Taken, isUnfinished: number, dueAt: string, stream: string, wake: string]

/** Receiving, with the long poll: looks, and while there is nothing, sleeps until there may be something. */
export function createRedisReceiver(options: Options) {
  const { clock, run } = options
  const sleepers = createSleepers({ clock })
  const news = createNews({ ...options, sleepers })

  async function receive(queue: string, request: ReceiveRequest): Promise<Delivery[]> {
    const { waitSeconds, signal } = request
    // Not by the clock of leases: somebody may set that.
    const deadline = performance.now() + waitSeconds * 1000
    for (;;) {
      const look = await lookOnce(queue, request)
      if ('deliveries' in look) return look.deliveries
      const remainingMs = deadline - performance.now()
      if (remainingMs <= 0 || signal?.aborted) return []
      const slept = sleepers.sleep(queue, look, { atMostMs: remainingMs, signal })
      news.listenTo(queue)
      await slept
    }
  }

  /** Whoever finds messages, or fails, lets the next one look. */
  async function lookOnce(queue: string, request: ReceiveRequest) {
    try {
      const look = await takeOrPosition(queue, request)
      if ('deliveries' in look) sleepers.wakeOne(queue)
      return look
    } catch (error) {
      sleepers.wakeOne(queue)
      throw error
    }
  }

  async function takeOrPosition(
    queue: string,
    { max, leaseSeconds, deliveriesMax }: ReceiveRequest,
  ): Promise<{ deliveries: Delivery[] } | Position> {
    const token = randomBytes(12).toString('base64url')
    for (;;) {
      const args = [
        clock(),
        Math.min(max, TAKEN_AT_ONCE_MAX),
        Math.round(leaseSeconds * 1000),
        deliveriesMax,
        token,
      ]
      const [taken, isUnfinished, dueAt, stream, wake] = (await run('receive', queue, args)) as Look
      if (taken.length > 0) return { deliveries: taken.map((message) => toDelivery(message, token)) }
      if (!isUnfinished) return { stream, wake, dueAt: dueAt === '' ? null : Number(dueAt) }
    }
  }

  return { receive, close: news.close }
}

/** The receipt is the id of the message and the token of the receive, which no other delivery has. */
function toDelivery([id, deliveries, fields]: Taken[number], token: string): Delivery {
  return { id, receipt: `${id}.${token}`, deliveries, ...toEntry(id, fields) }
}
