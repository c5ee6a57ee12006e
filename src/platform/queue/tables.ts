import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../bus/index.ts'
import { afterCommit, inTablesOf, type OpenDatabase, type Transaction, tablesOf } from '../database/index.ts'
import type { NewMessage, Queue, ReceiveRequest } from './index.ts'
import { type Engine, type QueueTables, type Tx, topicOf } from './messages.ts'
import { insertMessages } from './table-push.ts'
import { earliestDue, takeHead } from './table-receive.ts'
import { extendLeased, removeLeased, returnLeased } from './table-settle.ts'
import { createTogether, settled } from './together.ts'
import { receivePatiently } from './waiting.ts'

export interface TableQueueOptions {
  db: OpenDatabase
  bus: Bus
  clock: Clock
}

/** Tables as queues. A statement carries a whole batch, and none reads more rows than it takes. */
export function createTableQueue(options: TableQueueOptions): Queue {
  const { bus, clock } = options
  const { idiom } = options.db
  const db = tablesOf<QueueTables>(options.db)

  /** Each statement finds its rows and locks them itself: nothing that was read before has to hold. */
  function change<Result>(run: (engine: Engine) => Promise<Result>): Promise<Result> {
    return db.write((tx) => run({ tx, idiom }), 'row_locks')
  }

  function pushIn(transaction: Transaction, queue: string, messages: NewMessage[]): Promise<string[]> {
    const tx = inTablesOf<QueueTables>(transaction)
    poke(bus, tx, queue)
    return insertMessages({ tx, idiom }, queue, messages, clock())
  }

  async function look(queue: string, request: ReceiveRequest) {
    for (;;) {
      const received = await change((engine) => take(engine, queue, request))
      if (!received.again) return received
    }
  }

  async function take(engine: Engine, queue: string, request: ReceiveRequest) {
    const received = await takeHead(engine, queue, request, clock())
    if (received.returned) poke(bus, engine.tx, queue)
    return received
  }

  async function nextDueMs(queue: string): Promise<number> {
    const due = await earliestDue(db.read, queue)
    return due === null ? Number.POSITIVE_INFINITY : Math.max(0, due - clock())
  }

  const together = createTogether({
    push: (queue, messages) => change(({ tx }) => pushIn(tx, queue, messages)),
    look,
    ack: (queue, receipts) => change((engine) => removeLeased(engine, { queue, receipts, now: clock() })),
  })

  async function settle(receipts: string[], run: (engine: Engine) => Promise<number[]>) {
    return settled(receipts, await change(run))
  }

  return {
    push: together.push,
    pushIn,
    receive: (queue, request) =>
      receivePatiently({
        bus,
        topic: topicOf(queue),
        request,
        receiveNow: async () => (await together.look(queue, request)).deliveries,
        nextDueMs: () => nextDueMs(queue),
      }),
    ack: together.ack,
    nack: (queue, receipts, refusal) =>
      settle(receipts, (engine) => {
        poke(bus, engine.tx, queue)
        return returnLeased(engine, { queue, receipts, now: clock() }, refusal)
      }),
    extend: (queue, receipts, leaseSeconds) =>
      settle(receipts, (engine) => {
        const now = clock()
        return extendLeased(engine, { queue, receipts, now }, now + leaseSeconds * 1000)
      }),
  }
}

/** Once it is committed, whoever waits for a message looks again. */
export function poke(bus: Bus, tx: Tx, queue: string): void {
  afterCommit(tx, () => bus.publish(topicOf(queue)))
}
