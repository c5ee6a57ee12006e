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
  look: Look
}

type Look = (queue: string, request: ReceiveRequest) => Promise<Found>

interface Found {
  deliveries: Delivery[]
  /** Where the look ended; says something only when it found nothing. */
  position: Position
}

/** Receiving, with the long poll: looks, and while there is nothing, sleeps until there may be something. */
export function createRedisReceiver(options: Options) {
  const { clock, look } = options
  const sleepers = createSleepers({ clock })
  const news = createNews({ ...options, sleepers })

  async function receive(queue: string, request: ReceiveRequest): Promise<Delivery[]> {
    const { waitSeconds, signal } = request
    // Not by the clock of leases: somebody may set that.
    const deadline = performance.now() + waitSeconds * 1000
    for (;;) {
      const { deliveries, position } = await lookOnce(queue, request)
      if (deliveries.length > 0) return deliveries
      const remainingMs = deadline - performance.now()
      if (remainingMs <= 0 || signal?.aborted) return []
      const slept = sleepers.sleep(queue, position, { atMostMs: remainingMs, signal })
      news.listenTo(queue)
      await slept
    }
  }

  /** Whoever finds messages, or fails, lets the next one look. */
  async function lookOnce(queue: string, request: ReceiveRequest) {
    try {
      const found = await look(queue, request)
      if (found.deliveries.length > 0) sleepers.wakeOne(queue)
      return found
    } catch (error) {
      sleepers.wakeOne(queue)
      throw error
    }
  }

  return { receive, close: news.close }
}

/** A script passes so many arguments to one command at most. */
const TAKEN_AT_ONCE_MAX = 1_000

type Taken = [id: string, deliveries: number, fields: Fields][]
type Answer = [taken: Taken, isUnfinished: number, dueAt: string, stream: string, wake: string]

/** Takes what there is, or tells from where on there may be news. */
export function createLook({ run, clock }: { run: RunScript; clock: Clock }): Look {
  return async (queue, { max, leaseSeconds, deliveriesMax }) => {
    const token = randomBytes(12).toString('base64url')
    const wanted = [Math.min(max, TAKEN_AT_ONCE_MAX), Math.round(leaseSeconds * 1000), deliveriesMax, token]
    for (;;) {
      const answer = await run('receive', queue, [clock(), ...wanted])
      const [taken, isUnfinished, dueAt, stream, wake] = answer as Answer
      if (taken.length === 0 && isUnfinished) continue
      const position = { stream, wake, dueAt: dueAt === '' ? null : Number(dueAt) }
      return { deliveries: taken.map((message) => toDelivery(message, token)), position }
    }
  }
}

/** The receipt is the id of the message and the token of the receive, which no other delivery has. */
function toDelivery([id, deliveries, fields]: Taken[number], token: string): Delivery {
  return { id, receipt: `${id}.${token}`, deliveries, ...toEntry(id, fields) }
}
