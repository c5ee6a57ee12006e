import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { systemClock } from '../../src/kit/clock.ts'
import { createRedisQueue } from '../../src/platform/queue/redis.ts'
import { openRedis } from '../../src/platform/redis/index.ts'
import { numbered, receiptsOf } from '../contracts/queue-bench.ts'
import { unreachable } from '../support/engines.ts'
import { eventually } from '../support/process.ts'
import { openProxy } from '../support/proxy.ts'
import { receive } from '../support/redis-queues.ts'
import { type RedisServer, startRedisServer } from '../support/redis-server.ts'

const BACK_WITHIN_MS = 5_000
const LEASE_SECONDS = 2
const UNAVAILABLE = { kind: 'unavailable', code: 'redis_unavailable' }

/** Takes messages and tells of them on a line: that it has them, then that they are acknowledged. Stops short of the last. */
const CONSUMER = `
  const [url, seam, driver, last] = process.argv.slice(1)
  const { openRedis } = await import(seam)
  const { createRedisQueue } = await import(driver)
  const redis = await openRedis({ url, onError: () => {} })
  const queue = createRedisQueue({ redis, namespace: 'faults', clock: Date.now, onError: () => {} })
  const request = { max: 3, leaseSeconds: ${LEASE_SECONDS}, waitSeconds: 20, deliveriesMax: 5 }
  for (let turn = 1; ; turn += 1) {
    const deliveries = await queue.receive('work', request)
    console.log('has ' + deliveries.map(({ body }) => body).join())
    if (turn === Number(last)) await new Promise(() => {})
    await queue.ack('work', deliveries.map(({ receipt }) => receipt))
    console.log('done ' + deliveries.map(({ body }) => body).join())
  }
`

suite('queues in Redis, when something breaks', { skip: await unreachable('redis') }, () => {
  let server: RedisServer
  const closing: (() => Promise<unknown>)[] = []
  beforeEach(async () => {
    server = await startRedisServer()
    closing.push(server.close)
  })
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })

  async function openQueue(url = server.url) {
    const redis = await openRedis({ url, onError: () => {} })
    const queue = createRedisQueue({
      redis,
      namespace: 'faults',
      clock: systemClock,
      onError: assert.ifError,
    })
    closing.push(redis.close, queue.close)
    return queue
  }
  type Opened = Awaited<ReturnType<typeof openQueue>>
  const push = (queue: Opened, ...bodies: string[]) =>
    queue.push(
      'work',
      bodies.map((body) => ({ body })),
    )
  const bodies = async (queue: Opened, more = {}) =>
    (await receive(queue, 'work', more)).map(({ body }) => body)

  const back = (call: () => Promise<unknown>) =>
    eventually(
      () =>
        call().then(
          () => true,
          () => false,
        ),
      BACK_WITHIN_MS,
    )

  /** Lets a consumer run until it has told so much, and kills it; what it told. */
  async function killedAfter(lines: number, last: number): Promise<string[]> {
    const paths = ['redis/index.ts', 'queue/redis.ts'].map((path) =>
      String(new URL(`../../src/platform/${path}`, import.meta.url)),
    )
    const args = ['--input-type=module', '-e', CONSUMER, server.url, ...paths, String(last)]
    const consumer = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    closing.push(async () => consumer.kill('SIGKILL'))
    const told: string[] = []
    for await (const line of createInterface({ input: consumer.stdout })) {
      told.push(line)
      if (told.length === lines) consumer.kill('SIGKILL')
    }
    return told
  }
  const toldAs = (word: string, told: string[]) =>
    told.flatMap((line) => (line.startsWith(word) ? line.slice(word.length + 1).split(',') : []))

  test('what a consumer had when it was killed comes again after its lease', async () => {
    const queue = await openQueue()
    await push(queue, ...numbered(9))
    assert.equal((await killedAfter(5, 3)).at(-1), 'has 6,7,8')
    const again = await receive(queue, 'work', { waitSeconds: LEASE_SECONDS + 3 })
    assert.deepEqual(
      again.map(({ body, deliveries }) => [body, deliveries]),
      [
        ['6', 2],
        ['7', 2],
        ['8', 2],
      ],
    )
  })

  test('a consumer killed at any moment loses nothing, and what it acknowledged does not come again', async () => {
    const queue = await openQueue()
    const all = numbered(3_000)
    await push(queue, ...all)
    const told = await killedAfter(100, 1_000)
    const acknowledged = new Set(toldAs('done', told))
    const seen: string[] = []
    for (;;) {
      const deliveries = await receive(queue, 'work', { waitSeconds: LEASE_SECONDS + 1 })
      if (deliveries.length === 0) break
      await queue.ack('work', receiptsOf(deliveries))
      seen.push(...deliveries.map(({ body }) => body))
    }
    assert.equal(new Set([...seen, ...acknowledged]).size, seen.length + acknowledged.size)
    // It may have been killed between its last acknowledgement and telling of it.
    const lost = all.filter((body) => !acknowledged.has(body) && !seen.includes(body))
    assert.ok(lost.length === 0 || told.at(-1) === `has ${lost.join()}`, `${lost} were lost: ${told.at(-1)}`)
  })

  test('a Redis that is killed and comes back has every message in its place', async () => {
    const queue = await openQueue()
    await push(queue, '"dead"', '"leased"', '"1"', '"2"')
    const [dead, leased] = await receive(queue, 'work', { max: 2 })
    await queue.nack('work', [String(dead?.receipt)], { delaySeconds: 0, reason: 'No.', deliveriesMax: 1 })
    await queue.push('work', [{ body: '"delayed"', delaySeconds: 60, dedupId: 'd' }])
    const counted = await queue.counts('work')
    await server.kill()
    await server.start()
    await back(() => queue.counts('work'))
    assert.deepEqual(await queue.counts('work'), counted)
    assert.deepEqual([counted.waiting, counted.leased, counted.delayed, counted.dead], [2, 1, 1, 1])
    assert.deepEqual(await queue.ack('work', [String(leased?.receipt)]), { done: 1, stale: [] })
    await queue.push('work', [{ body: '"again"', dedupId: 'd' }])
    assert.deepEqual(await bodies(queue), ['"1"', '"2"'])
    assert.equal(await queue.redrive('work', null), 1)
    assert.deepEqual(await bodies(queue), ['"dead"'])
  })

  test('while Redis is away every call is refused at once, a wait too, and all goes on when it is back', async () => {
    const queue = await openQueue()
    await push(queue, '"kept"')
    const [delivery] = await receive(queue, 'work')
    const waiting = assert.rejects(receive(queue, 'work', { waitSeconds: 20 }), UNAVAILABLE)
    await queue.counts('work')
    await server.kill()
    await waiting
    const began = performance.now()
    for (const call of [
      () => push(queue, '"lost"'),
      () => receive(queue, 'work', { waitSeconds: 20 }),
      () => queue.ack('work', [String(delivery?.receipt)]),
      () => queue.counts('work'),
      () => queue.purge('work'),
    ])
      await assert.rejects(call, UNAVAILABLE)
    assert.ok(performance.now() - began < 2_000)
    await server.start()
    await back(() => push(queue, '"new"'))
    assert.deepEqual(await bodies(queue), ['"new"'])
    const woken = bodies(queue, { waitSeconds: 20 })
    await push(queue, '"woken"')
    assert.deepEqual(await woken, ['"woken"'])
    assert.deepEqual(await queue.ack('work', [String(delivery?.receipt)]), { done: 1, stale: [] })
  })

  test('a wait whose connection is cut is refused or goes on, but sleeps through nothing', async () => {
    const proxy = await openProxy(server.url)
    closing.push(proxy.close)
    const [near, far] = [await openQueue(), await openQueue(proxy.url)]
    for (const body of numbered(5)) {
      const waiting = receive(far, 'work', { waitSeconds: 20 }).catch((error) => {
        assert.equal(error.code, UNAVAILABLE.code)
        return null
      })
      await far.counts('work')
      proxy.cut()
      await back(() => far.counts('work'))
      await push(near, body)
      const deliveries = (await waiting) ?? (await receive(far, 'work', { waitSeconds: 20 }))
      assert.deepEqual(
        deliveries.map((delivery) => delivery.body),
        [body],
      )
    }
  })

  test('a Redis that hangs is a clear error; what it did unheard is undone by the lease', async () => {
    const proxy = await openProxy(server.url)
    closing.push(proxy.close)
    const queue = await openQueue(proxy.url)
    await push(queue, '1')
    proxy.hang()
    await assert.rejects(receive(queue, 'work', { leaseSeconds: LEASE_SECONDS }), UNAVAILABLE)
    proxy.comeBack()
    await back(() => queue.counts('work'))
    assert.deepEqual(await bodies(queue, { waitSeconds: 20 }), ['1'])
  })

  test('a Redis that forgot everything serves on', async () => {
    const queue = await openQueue()
    await push(queue, '1')
    const receipts = receiptsOf(await receive(queue, 'work'))
    const redis = await openRedis({ url: server.url, onError: () => {} })
    closing.push(redis.close)
    const waiting = bodies(queue, { waitSeconds: 20 })
    await queue.counts('work')
    await redis.commands.flushall()
    await redis.commands.script('FLUSH')
    await push(queue, '2')
    assert.deepEqual(await waiting, ['2'])
    assert.deepEqual(await queue.ack('work', receipts), { done: 0, stale: receipts })
  })
})
