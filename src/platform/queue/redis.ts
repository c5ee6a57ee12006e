import type { Clock } from '../../kit/clock.ts'
import type { Redis } from '../redis/index.ts'
import type { NewMessage, Queue, QueueInspection } from './index.ts'
import { createRedisInspection } from './redis-inspection.ts'
import { createLook, createRedisReceiver } from './redis-receiver.ts'
import { type Argument, defineScripts, type RunScript } from './redis-scripts.ts'
import { createTogether, settled } from './together.ts'

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
  const findStale = createSettling(run)
  const together = createTogether({
    push: async (queue, messages) =>
      (await run('push', queue, [clock(), ...messages.flatMap(toArguments)])) as string[],
    look: createLook({ run, clock }),
    ack: (queue, receipts) => findStale('ack', queue, [clock()], receipts),
  })
  const receiver = createRedisReceiver({ ...options, look: together.look })

  async function settle(script: Settling, queue: string, args: Argument[], receipts: string[]) {
    return settled(receipts, await findStale(script, queue, args, receipts))
  }

  return {
    push: together.push,
    receive: receiver.receive,
    ack: together.ack,
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

function toArguments({ body, delaySeconds = 0, ttlSeconds, dedupId = '' }: NewMessage): Argument[] {
  return [body, toMs(delaySeconds), ttlSeconds === undefined ? '' : toMs(ttlSeconds), dedupId]
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1000)
}

type Settling = 'ack' | 'nack' | 'extend'

/** The places of the stale receipts. */
function createSettling(run: RunScript) {
  return async (script: Settling, queue: string, args: Argument[], receipts: string[]): Promise<number[]> =>
    (await run(script, queue, [...args, ...receipts.flatMap(toIdAndToken)])) as number[]
}

function toIdAndToken(receipt: string): string[] {
  const dot = receipt.indexOf('.')
  return dot === -1 ? ['', ''] : [receipt.slice(0, dot), receipt.slice(dot + 1)]
}
