import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../bus/index.ts'
import { afterCommit, type Database, tablesOf } from '../database/index.ts'
import type { Delivery, Queue, QueueInspection, ReceiveRequest, Settled } from './index.ts'
import {
  countByState,
  giveBack,
  idOf,
  insertOnce,
  leased,
  type QueueTables,
  returnDue,
  type Tx,
  takeHead,
} from './messages.ts'
import { untilWorthAnotherLook } from './waiting.ts'

export function createTableQueue(options: { db: Database; bus: Bus; clock: Clock }): Queue & QueueInspection {
  const { bus, clock } = options
  const db = tablesOf<QueueTables>(options.db)
  const poke = (tx: Tx, queue: string) => afterCommit(tx, () => bus.publish(topicOf(queue)))

  function receiveNow(
    queue: string,
    { max, leaseSeconds, deliveriesMax }: ReceiveRequest,
  ): Promise<Delivery[]> {
    return db.write(async (tx) => {
      await returnDue(tx, queue, clock())
      return takeHead(tx, queue, {
        max,
        deliveriesMax,
        now: clock(),
        heldUntil: clock() + leaseSeconds * 1000,
      })
    })
  }

  async function nextDueMs(queue: string): Promise<number> {
    const { due } = await db.read
      .selectFrom('queue_messages')
      .where('queue', '=', queue)
      .where('state', '=', 'held')
      .select((of) => of.fn.min('held_until').as('due'))
      .executeTakeFirstOrThrow()
    return due === null ? Number.POSITIVE_INFINITY : Math.max(0, due - clock())
  }

  return {
    push(queue, messages) {
      return db.write(async (tx) => {
        const ids: string[] = []
        for (const message of messages) ids.push(await insertOnce(tx, queue, message, clock()))
        poke(tx, queue)
        return ids
      })
    },
    receive: (queue, request) => receivePatiently({ bus, clock, queue, request, receiveNow, nextDueMs }),
    ack(queue, receipts) {
      return settle(db, receipts, async (tx, receipt) => {
        const leased = tx
          .deleteFrom('queue_messages')
          .where('id', '=', idOf(receipt))
          .where('queue', '=', queue)
        const deleted = await leased
          .where('receipt', '=', receipt)
          .where('held_until', '>', clock())
          .executeTakeFirst()
        return deleted.numDeletedRows
      })
    },
    nack(queue, receipts, refusal) {
      return settle(db, receipts, async (tx, receipt) => {
        poke(tx, queue)
        return giveBack(tx, queue, receipt, refusal, clock())
      })
    },
    counts: (queue) => countByState(db.read, queue, clock()),
    async remove(queue) {
      await db.write((tx) => tx.deleteFrom('queue_messages').where('queue', '=', queue).execute())
    },
    extend(queue, receipts, leaseSeconds) {
      return settle(db, receipts, async (tx, receipt) => {
        const held_until = clock() + leaseSeconds * 1000
        const extended = await leased(tx, queue, receipt, clock()).set({ held_until }).executeTakeFirst()
        return extended.numUpdatedRows
      })
    },
  }
}

function settle(
  db: Database<QueueTables>,
  receipts: string[],
  one: (tx: Tx, receipt: string) => Promise<bigint>,
): Promise<Settled> {
  return db.write(async (tx) => {
    const stale: string[] = []
    for (const receipt of receipts) if ((await one(tx, receipt)) === 0n) stale.push(receipt)
    return { done: receipts.length - stale.length, stale }
  })
}

interface Patience {
  bus: Bus
  clock: Clock
  queue: string
  request: ReceiveRequest
  receiveNow: (queue: string, request: ReceiveRequest) => Promise<Delivery[]>
  /** Until a held message is due, which no push will tell. */
  nextDueMs: (queue: string) => Promise<number>
}

async function receivePatiently({ bus, clock, queue, request, ...look }: Patience): Promise<Delivery[]> {
  const deadline = clock() + request.waitSeconds * 1000
  for (;;) {
    const wait = untilWorthAnotherLook(bus, topicOf(queue), request.signal)
    try {
      const deliveries = await look.receiveNow(queue, request)
      const remainingMs = deadline - clock()
      if (deliveries.length > 0 || remainingMs <= 0 || request.signal?.aborted) return deliveries
      await wait.atMost(Math.min(remainingMs, await look.nextDueMs(queue)))
    } finally {
      wait.end()
    }
  }
}

const topicOf = (queue: string) => `queue:${queue}`
