import { createGathering } from '../../kit/gathering.ts'
import type { Delivery, NewMessage, Queue, ReceiveRequest, Settled } from './index.ts'

/** What a driver found when it looked for messages. */
interface Found {
  deliveries: Delivery[]
}

/** One call each, for one caller or for many. */
interface Driver<Look extends Found> {
  push: Queue['push']
  look(queue: string, request: ReceiveRequest): Promise<Look>
  /** The places of the receipts that are stale. */
  ack(queue: string, receipts: string[]): Promise<number[]>
}

/** Messages that are received together: bodies may be large, and an engine should not have to gather more. */
const MESSAGES_MAX = 100
const RECEIPTS_MAX = 1_000
/** Of the bodies that are pushed together. */
const CHARACTERS_MAX = 256 * 1024
/** What a message costs beside its body. */
const CHARACTERS_OF_ONE = 100

/** The calls of one process that come at once go to the engine as one: it is the call that costs, not the message. */
export function createTogether<Look extends Found>(driver: Driver<Look>) {
  const pushes = createGathering<NewMessage[], string[]>({
    async run(queue, calls) {
      const ids = await driver.push(queue, calls.flat())
      return calls.map((messages) => ids.splice(0, messages.length))
    },
    weigh: (messages) => messages.reduce((sum, { body }) => sum + body.length + CHARACTERS_OF_ONE, 0),
    fullAt: CHARACTERS_MAX,
  })

  const acks = createGathering<string[], Settled>({
    async run(queue, calls) {
      const stale = await driver.ack(queue, calls.flat())
      let first = 0
      return calls.map((receipts) => {
        const own = stale.map((place) => place - first)
        first += receipts.length
        return settled(receipts, own)
      })
    },
    weigh: (receipts) => receipts.length,
    fullAt: RECEIPTS_MAX,
  })

  /** `null`: others got all that were found, which says nothing about what else there is. */
  const looks = createGathering<{ queue: string; request: ReceiveRequest }, Look | null>({
    async run(_terms, calls) {
      const [{ queue, request }] = calls as [(typeof calls)[0]]
      const max = calls.reduce((sum, call) => sum + call.request.max, 0)
      const found = await driver.look(queue, { ...request, max })
      if (found.deliveries.length === 0) return calls.map(() => found)
      return calls.map((call) => {
        const deliveries = found.deliveries.splice(0, call.request.max)
        return deliveries.length === 0 ? null : { ...found, deliveries }
      })
    },
    weigh: ({ request }) => request.max,
    fullAt: MESSAGES_MAX,
  })

  return {
    push: pushes,
    ack: acks,
    async look(queue: string, request: ReceiveRequest): Promise<Look> {
      const terms = `${request.leaseSeconds} ${request.deliveriesMax} ${queue}`
      for (;;) {
        const look = await looks(terms, { queue, request })
        if (look !== null) return look
      }
    },
  }
}

/** `stale`: the places of the stale ones; those of others say nothing. */
export function settled(receipts: string[], stale: number[]): Settled {
  const places = new Set(stale)
  const told = receipts.filter((_, place) => places.has(place))
  return { done: receipts.length - told.length, stale: told }
}
