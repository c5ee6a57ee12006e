import type { Clock } from '../../kit/clock.ts'
import type { Redis } from '../redis/index.ts'
import type { NewMessage, Queue, QueueInspection, Settled } from './index.ts'
import { createRedisInspection } from './redis-inspection.ts'
import { createRedisReceiver } from './redis-receiver.ts'
import { defineScripts, type RunScript } from './redis-scripts.ts'

/**
 * Queues as Redis Streams. Every call is one script: whole or not at all, whenever this process dies. How durable a push is
 * when it resolves, Redis's `appendfsync` says. Leases and delays run by the clock of the node that asks, as in tables.
 */
export function createRedisQueue(options: {
  redis: Redis
  namespace: string
  clock: Clock
  onError: (error: unknown) => void
}): Queue & QueueInspection & { close(): Promise<void> } {
  const { redis, namespace, clock } = options
  const run = defineScripts(redis.commands, namespace)
  const receiver = createRedisReceiver({ ...options, run })
  const settle = settler(run)
  return {
    async push(queue, messages) {
      return (await run('push', queue, [clock(), ...messages.flatMap(toArguments)])) as string[]
    },
    receive: receiver.receive,
    ack: (queue, receipts) => settle('ack', queue, [clock()], receipts),
    nack(queue, receipts, { delaySeconds, deliveriesMax, reason, isUncounted = false }) {
      const refusal = [toMs(delaySeconds), deliveriesMax, reason, Number(isUncounted)]
      return settle('nack', queue, [clock(), ...refusal], receipts)
    },
    extend: (queue, receipts, leaseSeconds) =>
      settle('extend', queue, [clock(), toMs(leaseSeconds)], receipts),
    ...createRedisInspection({ run, clock }),
    close: receiver.close,
  }
}

function toArguments({ body, delaySeconds = 0, ttlSeconds, dedupId = '' }: NewMessage): (string | number)[] {
  return [body, toMs(delaySeconds), ttlSeconds === undefined ? '' : toMs(ttlSeconds), dedupId]
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1000)
}

function settler(run: RunScript) {
  return async (
    script: 'ack' | 'nack' | 'extend',
    queue: string,
    args: (string | number)[],
    receipts: string[],
  ): Promise<Settled> => {
    const places = (await run(script, queue, [...args, ...receipts.flatMap(toIdAndToken)])) as number[]
    const stale = places.map((place) => String(receipts[place]))
    return { done: receipts.length - stale.length, stale }
  }
}

function toIdAndToken(receipt: string): string[] {
  const dot = receipt.indexOf('.')
  return dot === -1 ? ['', ''] : [receipt.slice(0, dot), receipt.slice(dot + 1)]
}
