import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Delivery } from '../../src/platform/queue/index.ts'
import { ENGINES, unreachable } from '../support/engines.ts'
import { withDeadline } from '../support/event-stream.ts'
import { eventually } from '../support/process.ts'
import { type EngineProxy, openProxy } from '../support/proxy.ts'
import { openRabbitMqRoom, type RabbitMqNode, type RabbitMqRoom } from '../support/rabbitmq.ts'

/** Everything resumes within this time of RabbitMQ's return. */
const RESUME_MS = 5_000
/** A call while RabbitMQ is away, and while it hangs. */
const AWAY_MS = 500
const HANGING_MS = 4_000
const CLOSE_MS = 5_000
const UNAVAILABLE = { kind: 'unavailable', code: 'rabbitmq_unavailable', retryAfterSeconds: 1 }

suite('RabbitMQ away', { skip: await unreachable('rabbitmq') }, () => {
  let proxy: EngineProxy
  let room: RabbitMqRoom
  /** By way of the proxy. */
  let node: RabbitMqNode
  let queue: string

  beforeEach(async () => {
    room = await openRabbitMqRoom()
    proxy = await openProxy(ENGINES.rabbitmq)
    node = await room.open(proxy.url)
    queue = `jobs/${randomUUID()}`
    await node.queue.push(queue, [])
  })
  afterEach(async () => {
    await within(CLOSE_MS, node.close())
    proxy.comeBack()
    await room.close()
    await proxy.close()
  })

  const push = (body: string, by = node) => by.queue.push(queue, [{ body }])
  const take = (by = node, waitSeconds = 20) =>
    by.queue.receive(queue, { max: 4, leaseSeconds: 60, waitSeconds, deliveriesMax: 20 })
  const calls = (): [what: string, call: () => Promise<unknown>][] => [
    ['push', () => push('1')],
    ['receive', () => take(node, 0)],
    ['ping', node.rabbitMq.ping],
  ]

  test('calls fail at once while it is gone, and it is told once', async () => {
    proxy.refuse()
    await eventually(() => node.errors.length > 0)
    for (const [what, call] of calls()) await assert.rejects(within(AWAY_MS, call()), UNAVAILABLE, what)
    proxy.comeBack()
    await resumed()
    assert.equal(node.errors.length, 1)
    proxy.cut()
    await eventually(() => node.errors.length > 1)
    await resumed()
    assert.equal(node.errors.length, 2)
  })

  test('calls fail in a bounded time while it hangs, and go on when it does', async () => {
    const holding = take()
    await push('1')
    const [held] = await holding
    proxy.hang()
    await Promise.all(
      calls().map(([what, call]) => assert.rejects(within(HANGING_MS, call()), UNAVAILABLE, what)),
    )
    proxy.comeBack()
    await resumed()
    assert.deepEqual(await node.queue.ack(queue, [held?.receipt ?? '']), { done: 1, stale: [] })
  })

  test('a process that starts while it is gone works when it comes', async () => {
    proxy.refuse()
    const early = await room.open(proxy.url)
    await assert.rejects(within(AWAY_MS, push('1', early)), UNAVAILABLE)
    await assert.rejects(early.rabbitMq.ping(), UNAVAILABLE)
    proxy.comeBack()
    await eventually(() => succeeds(early.rabbitMq.ping()), RESUME_MS)
    await push('1', early)
    assert.deepEqual(bodies(await take(early)), ['1'])
    await early.close()
  })

  test('what was held is delivered to another process, and its receipt is stale', async () => {
    const other = await room.open()
    await push('1')
    const [held] = await take()
    const receipts = [held?.receipt ?? '']
    proxy.refuse()
    const [again] = await withDeadline('the redelivery', take(other))
    assert.deepEqual([again?.body, again?.deliveries], ['1', 2])
    proxy.comeBack()
    await resumed()
    const refusal = { delaySeconds: 0, reason: 'No.', deliveriesMax: 1 }
    const stale = { done: 0, stale: receipts }
    assert.deepEqual(await node.queue.extend(queue, receipts, 60), stale)
    assert.deepEqual(await node.queue.nack(queue, receipts, refusal), stale)
    assert.deepEqual(await node.queue.ack(queue, receipts), stale)
    assert.deepEqual(await other.queue.ack(queue, [again?.receipt ?? '']), { done: 1, stale: [] })
  })

  test('under load nothing is lost over several outages, and a consumer goes on each time', async () => {
    const stopping = new AbortController()
    const allPushed = new AbortController()
    const pushed = new Set<string>()
    const seen = new Set<string>()

    const missing = () => [...pushed].filter((body) => !seen.has(body))

    async function produce(): Promise<void> {
      while (!stopping.signal.aborted) {
        const body = JSON.stringify(randomUUID())
        if (await succeeds(push(body))) pushed.add(body)
        else await pause(20)
      }
    }
    async function consume(): Promise<void> {
      while (!allPushed.signal.aborted || missing().length > 0) {
        const deliveries = await take(node, 1).catch(() => pause(20, []))
        for (const body of bodies(deliveries)) seen.add(body)
        await node.queue.ack(
          queue,
          deliveries.map(({ receipt }) => receipt),
        )
      }
    }
    const produced = Promise.all([produce(), produce()]).then(() => allPushed.abort())
    const consumed = consume()
    for (const end of [proxy.cut, proxy.refuse, proxy.hang, proxy.refuse]) {
      const before = [pushed.size, seen.size] as const
      await eventually(() => pushed.size > before[0] + 20 && seen.size > before[1] + 20)
      end()
      await pause(300)
      proxy.comeBack()
      await resumed()
    }
    stopping.abort()
    await withDeadline('the last message', Promise.all([produced, consumed]))
    assert.deepEqual(missing(), [])
  })

  for (const [how, end] of Object.entries({
    gone: () => proxy.refuse(),
    hanging: () => proxy.hang(),
  })) {
    test(`a stop while it is ${how} takes a bounded time, whatever is under way`, async () => {
      await push('1')
      const [held] = await take()
      const waiting = take()
      end()
      const refusal = { delaySeconds: 1, reason: 'No.', deliveriesMax: 5 }
      const underWay = [waiting, push('2'), node.queue.nack(queue, [held?.receipt ?? ''], refusal)]
      const settled = Promise.allSettled(underWay)
      await within(CLOSE_MS, node.close())
      await within(HANGING_MS, settled)
      await assert.rejects(within(AWAY_MS, push('3')), UNAVAILABLE)
    })
  }

  const resumed = () => eventually(() => succeeds(push('"resumed"')), RESUME_MS)
})

function bodies(deliveries: Delivery[]): string[] {
  return deliveries.map(({ body }) => body)
}

function succeeds(call: Promise<unknown>): Promise<boolean> {
  return call.then(
    () => true,
    () => false,
  )
}

async function within<Result>(timeoutMs: number, call: Promise<Result>): Promise<Result> {
  const began = performance.now()
  try {
    return await withDeadline('an answer', call)
  } finally {
    const tookMs = performance.now() - began
    assert.ok(tookMs < timeoutMs, `It took ${tookMs} ms.`)
  }
}
