import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../bus/index.ts'
import { afterCommit, type Database, inTablesOf, type Transaction, tablesOf } from '../database/index.ts'
import type { Delivery, NewMessage, Queue, ReceiveRequest, Settled } from './index.ts'
import {
  giveBack,
  idOf,
  insertOnce,
  leased,
  type QueueTables,
  returnDue,
  type Tx,
  takeHead,
} from './messages.ts'
import { receivePatiently } from './waiting.ts'

export interface TableQueueOptions {
  db: Database
  bus: Bus
  clock: Clock
}

export function createTableQueue(options: TableQueueOptions): Queue {
  const { bus, clock } = options
  const db = tablesOf<QueueTables>(options.db)
  const poke = (tx: Tx, queue: string) => afterCommit(tx, () => bus.publish(topicOf(queue)))

  async function pushIn(transaction: Transaction, queue: string, messages: NewMessage[]): Promise<string[]> {
    const tx = inTablesOf<QueueTables>(transaction)
    const ids: string[] = []
    for (const message of messages) ids.push(await insertOnce(tx, queue, message, clock()))
    poke(tx, queue)
    return ids
  }

  function receiveNow(
    queue: string,
    { max, leaseSeconds, deliveriesMax }: ReceiveRequest,
  ): Promise<Delivery[]> {
    return db.write(async (tx) => {
      await returnDue(tx, queue, clock())
      return takeHead(tx, queue, { max, deliveriesMax, now: clock(), leaseSeconds })
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
    push: (queue, messages) => db.write((tx) => pushIn(tx, queue, messages)),
    pushIn,
    receive: (queue, request) =>
      receivePatiently({
        bus,
        clock,
        topic: topicOf(queue),
        request,
        receiveNow: () => receiveNow(queue, request),
        nextDueMs: () => nextDueMs(queue),
      }),
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

export function topicOf(queue: string): string {
  return `queue:${queue}`
}
