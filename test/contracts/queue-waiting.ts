import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { numbered, type QueueBench } from './queue-bench.ts'

/** Longer than any test may take: whoever sleeps through what should wake it fails. */
const FOREVER_SECONDS = 60
const ROUNDS = 12

export function waitingSentences(bench: QueueBench): void {
  const { able, name } = bench

  test('a push on another node wakes a receiver, whenever in its wait it comes', async () => {
    const queue = name()
    // Of two nodes that declare a queue at once, RabbitMQ 3 may throw one out; it comes back by itself, but fails its call.
    await bench.push(queue)
    for (const body of numbered(ROUNDS)) {
      const waiting = bench.bodies(queue, { waitSeconds: FOREVER_SECONDS, elsewhere: true })
      for (let turn = 0; turn < Number(body) ** 2; turn += 1) await nextTurn()
      await bench.push(queue, body)
      assert.deepEqual(await waiting, [body])
    }
  })

  test('a message given back on another node wakes a receiver', async () => {
    const queue = name()
    await bench.push(queue, '1')
    const { receipt } = await bench.receiveOne(queue)
    const waiting = bench.bodies(queue, { waitSeconds: FOREVER_SECONDS, elsewhere: true })
    await nextTurn()
    await bench.nack(queue, [receipt])
    assert.deepEqual(await waiting, ['1'])
  })

  test('a delay that is over wakes a receiver, one that was pushed while it waited too', async () => {
    const queue = name()
    await bench.pushOne(queue, '1', { delaySeconds: 1 })
    assert.deepEqual(await bench.bodies(queue, { waitSeconds: FOREVER_SECONDS }), ['1'])
    const waiting = bench.bodies(queue, { waitSeconds: FOREVER_SECONDS })
    await nextTurn()
    await bench.pushOne(queue, '2', { delaySeconds: 1 })
    assert.deepEqual(await waiting, ['2'])
  })

  if (able.timedLeases)
    test('a lease that runs out wakes a receiver', async () => {
      const queue = name()
      await bench.push(queue, '1')
      await bench.receiveOne(queue, { leaseSeconds: 1 })
      assert.deepEqual(await bench.bodies(queue, { waitSeconds: FOREVER_SECONDS }), ['1'])
    })

  test('a signal ends the wait with nothing, before it begins or in the middle', async () => {
    const queue = name()
    const gone = AbortSignal.abort()
    assert.deepEqual(await bench.bodies(queue, { waitSeconds: FOREVER_SECONDS, signal: gone }), [])
    const going = new AbortController()
    const waiting = bench.bodies(queue, { waitSeconds: FOREVER_SECONDS, signal: going.signal })
    await nextTurn()
    going.abort()
    assert.deepEqual(await waiting, [])
    await bench.push(queue, '1')
    assert.deepEqual(await bench.bodies(queue), ['1'])
  })

  test('a wait without a message ends empty at its time', async () => {
    const began = performance.now()
    assert.deepEqual(await bench.bodies(name(), { waitSeconds: 1 }), [])
    const tookMs = performance.now() - began
    assert.ok(tookMs > 900, `It took ${tookMs} ms.`)
  })

  // Those whose time is that of a clock of ours.
  if (able.timedLeases)
    test('a clock that is set ends no wait, and none waits longer for it', async () => {
      for (const seconds of [-3600, 3600]) {
        const began = performance.now()
        const waiting = bench.bodies(name(), { waitSeconds: 1 })
        await nextTurn()
        await bench.pass(seconds)
        assert.deepEqual(await waiting, [])
        const tookMs = performance.now() - began
        assert.ok(tookMs > 900 && tookMs < 10_000, `It took ${tookMs} ms.`)
      }
    })

  test('one push wakes one of many who wait, and the others go on waiting', async () => {
    const queue = name()
    const done = new AbortController()
    const receivers = numbered(10).map((_, index) =>
      bench.receive(queue, {
        max: 1,
        waitSeconds: FOREVER_SECONDS,
        elsewhere: index % 2 === 1,
        signal: done.signal,
      }),
    )
    await bench.push(queue, ...numbered(3))
    const { promise: three, resolve } = Promise.withResolvers<void>()
    let served = 0
    for (const receiver of receivers)
      receiver.then((deliveries) => {
        served += deliveries.length
        if (served === 3) resolve()
      })
    await three
    done.abort()
    const deliveries = (await Promise.all(receivers)).flat()
    assert.deepEqual(deliveries.map(({ body }) => body).sort(), numbered(3))
  })
}
