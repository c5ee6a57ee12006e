import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../bus/index.ts'
import type { OpenDatabase, Transaction } from '../database/index.ts'
import type { RabbitMq } from '../rabbitmq/index.ts'
import type { Redis } from '../redis/index.ts'
import { createTableInspection } from './table-inspection.ts'
import { createTableQueue } from './tables.ts'

export interface NewMessage {
  /** JSON text, kept as it is. */
  body: string
  delaySeconds?: number
  /** A second message of the queue with this id, while the first is kept, is the first one. */
  dedupId?: string
  /** Forgotten when nobody received it for so long; counted from the end of its delay. */
  ttlSeconds?: number
}

export interface Delivery {
  id: string
  /** Names this delivery, not the message: after the lease ran out it is stale. */
  receipt: string
  body: string
  deliveries: number
  pushedAt: number
}

export interface ReceiveRequest {
  max: number
  /** 0: received for good, as if acknowledged at once. */
  leaseSeconds: number
  /** How long to wait for a first message. */
  waitSeconds: number
  /** A message that was delivered so often without an acknowledgement goes to the dead letters. */
  deliveriesMax: number
  signal?: AbortSignal
}

export interface Refusal {
  delaySeconds: number
  reason: string
  deliveriesMax: number
  /** The delivery is as if it had not been: it counts for nothing, and the message is not dead by it. */
  isUncounted?: boolean
}

export interface Settled {
  done: number
  /** Receipts whose lease had run out or which were settled before: nothing was done for them. */
  stale: string[]
}

/**
 * At-least-once, first in first out. A received message is leased: it comes back unless it is acknowledged in time. A push
 * is durable when it resolves.
 */
export interface Queue {
  /** The ids, in the order of the messages. */
  push(queue: string, messages: NewMessage[]): Promise<string[]>
  /** Only a queue in our own database has it: the push is a part of the transaction. */
  pushIn?(tx: Transaction, queue: string, messages: NewMessage[]): Promise<string[]>
  receive(queue: string, request: ReceiveRequest): Promise<Delivery[]>
  ack(queue: string, receipts: string[]): Promise<Settled>
  /** Gives messages back before their lease ends. */
  nack(queue: string, receipts: string[], refusal: Refusal): Promise<Settled>
  extend(queue: string, receipts: string[], leaseSeconds: number): Promise<Settled>
}

/** Of a queue with more than 100,000 messages they may be some seconds old. */
export interface QueueCounts {
  waiting: number
  leased: number
  delayed: number
  dead: number
  /** Of the messages that wait; `null` when none does. */
  oldestPushedAt: number | null
}

export type MessageState = 'waiting' | 'leased' | 'delayed' | 'dead'

export interface KeptMessage {
  id: string
  state: MessageState
  body: string
  deliveries: number
  pushedAt: number
  /** When a leased or delayed message waits again. */
  dueAt: number | null
  /** Why it was given back or is dead. */
  reason: string | null
}

export interface BrowseRequest {
  state: MessageState
  limit: number
  /** The id of the last message of the page before. */
  after: string | null
  /** Only messages whose body has this text in it. */
  contains: string | null
}

/** Looking into queues and repairing them: for people, not for producers and consumers. */
export interface QueueInspection {
  counts(queue: string): Promise<QueueCounts>
  /** Oldest first. A search may look at a bounded part only and come back with fewer than there are; `next` goes on. */
  browse(queue: string, request: BrowseRequest): Promise<{ messages: KeptMessage[]; next: string | null }>
  /** A new body for a dead message. `false` when there is no such dead message. */
  edit(queue: string, id: string, body: string): Promise<boolean>
  /** Dead messages wait again, with their deliveries forgotten; `null`: all. Returns how many. */
  redrive(queue: string, ids: string[] | null): Promise<number>
  /** Removes every message, leased and dead ones too. Returns how many. */
  purge(queue: string): Promise<number>
  /** As `purge`, and nothing is kept of the queue itself. */
  remove(queue: string): Promise<void>
  /** Removes what nobody received in its time to live, as pushes and receives do with some of it. Returns how many. */
  clearExpired(queue: string): Promise<number>
}

export interface QueueOptions {
  db: OpenDatabase
  bus: Bus
  clock: Clock
  redis: Redis | null
  rabbitMq: RabbitMq | null
  /** What keys and queue names in the engines begin with. */
  namespace: string
  /** Of queues that other programs know by a name of their own in RabbitMQ. */
  foreignNames?: Record<string, string>
  onError: (error: unknown) => void
}

/** Jobs that come in crowds and take no time: one round trip more would be most of what they cost. */
const SHORT_JOBS = ['mail']

/**
 * The queues of people (`named`) stand in Redis where there is one, else in tables. Jobs go to RabbitMQ where there is one,
 * short ones to Redis first.
 */
export async function openQueues(options: QueueOptions) {
  const tables = { ...createTableQueue(options), ...createTableInspection(options) }
  const { redis, rabbitMq } = options
  const streams = redis && (await import('./redis.ts')).createRedisQueue({ ...options, redis })
  const broker = rabbitMq && (await import('./rabbitmq.ts')).createRabbitMqQueue({ ...options, rabbitMq })
  const named: Queue & QueueInspection = streams ?? tables
  return {
    named,
    /** Every engine where other programs may push to a queue of ours. */
    intakes: [named, ...(broker ? [broker] : [])] as Queue[],
    /** The queue that carries this job. */
    queueFor: (job: string): Queue =>
      (SHORT_JOBS.includes(job) ? (streams ?? broker) : (broker ?? streams)) ?? tables,
    async close(): Promise<void> {
      await broker?.close()
      await streams?.close()
    },
  }
}

export { migrations } from './migrations.ts'
