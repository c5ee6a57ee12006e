import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type QueueBench, receiptsOf } from './queue-bench.ts'

export function leaseSentences(bench: QueueBench): void {
  const { able, name } = bench

  test('a leased message is hidden from everybody', async () => {
    const queue = name()
    await bench.push(queue, '1')
    assert.deepEqual(await bench.bodies(queue), ['1'])
    assert.deepEqual(await bench.bodies(queue), [])
    assert.deepEqual(await bench.bodies(queue, { elsewhere: true }), [])
  })

  test('lease 0 receives for good', async () => {
    const queue = name()
    await bench.push(queue, '1', '2')
    const taken = await bench.receive(queue, { max: 1, leaseSeconds: 0 })
    assert.deepEqual(
      taken.map(({ body }) => body),
      ['1'],
    )
    assert.deepEqual(await bench.queue.ack(queue, receiptsOf(taken)), { done: 0, stale: receiptsOf(taken) })
    await bench.pass(1)
    assert.deepEqual(await bench.bodies(queue), ['2'])
  })

  test('what is acknowledged is gone, through whichever node', async () => {
    const queue = name()
    await bench.push(queue, '1')
    const { receipt } = await bench.receiveOne(queue, { leaseSeconds: 2 })
    const settling = able.timedLeases ? bench.other : bench.queue
    assert.deepEqual(await settling.ack(queue, [receipt]), { done: 1, stale: [] })
    await bench.pass(3)
    assert.deepEqual(await bench.bodies(queue), [])
  })

  if (able.timedLeases) timedLeaseSentences(bench)
}

function timedLeaseSentences(bench: QueueBench): void {
  const { able, name } = bench

  test('a message whose lease ran out comes back with one delivery more, under a new receipt', async () => {
    const queue = name()
    await bench.push(queue, '1')
    const first = await bench.receiveOne(queue, { leaseSeconds: 2 })
    await bench.pass(2)
    const second = await bench.receiveOne(queue, { waitSeconds: 5 })
    assert.deepEqual([second.id, second.body, second.deliveries], [first.id, '1', 2])
    assert.equal(second.pushedAt, first.pushedAt)
    assert.notEqual(second.receipt, first.receipt)
  })

  if (able.keepsPlace)
    test('it comes back before younger ones', async () => {
      const queue = name()
      await bench.push(queue, '1', '2', '3')
      assert.deepEqual(await bench.bodies(queue, { max: 2, leaseSeconds: 2 }), ['1', '2'])
      await bench.push(queue, '4')
      await bench.pass(3)
      assert.deepEqual(await bench.bodies(queue, { max: 3 }), ['1', '2', '3'])
      assert.deepEqual(await bench.bodies(queue), ['4'])
    })

  test('an extended lease outlasts its first end, and ends at its second', async () => {
    const queue = name()
    await bench.push(queue, '1', '2')
    const leased = await bench.receive(queue, { leaseSeconds: 2 })
    assert.deepEqual(await bench.queue.extend(queue, receiptsOf(leased), 4), { done: 2, stale: [] })
    await bench.pass(2)
    assert.deepEqual(await bench.bodies(queue), [])
    assert.deepEqual(await bench.queue.ack(queue, receiptsOf(leased.slice(0, 1))), { done: 1, stale: [] })
    await bench.pass(2)
    assert.deepEqual(await bench.bodies(queue), ['2'])
  })

  test('a lease that ran out is over, even before anybody has received the message again', async () => {
    const queue = name()
    await bench.push(queue, '1')
    const { receipt } = await bench.receiveOne(queue, { leaseSeconds: 2 })
    await bench.pass(2)
    assert.deepEqual(await bench.queue.extend(queue, [receipt], 60), { done: 0, stale: [receipt] })
    assert.deepEqual(await bench.nack(queue, [receipt]), { done: 0, stale: [receipt] })
    assert.deepEqual(await bench.queue.ack(queue, [receipt]), { done: 0, stale: [receipt] })
    assert.deepEqual(await bench.bodies(queue), ['1'])
  })

  test('a message that nobody ever acknowledges is delivered just so often', async () => {
    const queue = name()
    await bench.push(queue, '1')
    for (const delivery of [1, 2, 3]) {
      const { deliveries } = await bench.receiveOne(queue, { leaseSeconds: 2, deliveriesMax: 3 })
      assert.equal(deliveries, delivery)
      await bench.pass(2)
    }
    await bench.push(queue, '2')
    assert.deepEqual(await bench.bodies(queue, { max: 1, deliveriesMax: 3 }), ['2'])
    if (!able.inspection) return
    const { messages } = await bench.inspection.browse(queue, {
      state: 'dead',
      limit: 10,
      after: null,
      contains: null,
    })
    assert.deepEqual(
      messages.map(({ body, deliveries, reason }) => [body, deliveries, reason]),
      [['1', 3, 'The lease of the last delivery ran out.']],
    )
  })
}
