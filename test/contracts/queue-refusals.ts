import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type QueueBench, receiptsOf } from './queue-bench.ts'

/** `max`: whoever asks for more than there is lets RabbitMQ send on, and what it is sending when the asking ends counts. */
const ONE_TRY = { max: 1, deliveriesMax: 1, waitSeconds: 5 }

export function refusalSentences(bench: QueueBench): void {
  const { able, name } = bench
  const dead = async (queue: string) => {
    const request = { state: 'dead' as const, limit: 10, after: null, contains: null }
    const { messages } = await bench.inspection.browse(queue, request)
    return messages.map(({ body, deliveries, reason }) => ({ body, deliveries, reason }))
  }

  test('what is given back waits again at once, with one delivery more', async () => {
    const queue = name()
    await bench.push(queue, '1', '2')
    const leased = await bench.receive(queue)
    assert.deepEqual(await bench.nack(queue, receiptsOf(leased)), { done: 2, stale: [] })
    const again = await bench.receive(queue, { waitSeconds: 5 })
    assert.deepEqual(
      again.map(({ id, body, deliveries }) => ({ id, body, deliveries })),
      leased.map(({ id, body }) => ({ id, body, deliveries: 2 })),
    )
  })

  if (able.keepsPlace)
    test('what is given back stands before younger ones', async () => {
      const queue = name()
      await bench.push(queue, '1', '2', '3')
      const [first] = await bench.receive(queue, { max: 2 })
      await bench.nack(queue, receiptsOf(first ? [first] : []))
      assert.deepEqual(await bench.bodies(queue), ['1', '3'])
    })

  test('what is given back uncounted was delivered no time, and is not dead by it', async () => {
    const queue = name()
    await bench.push(queue, '1')
    for (const delaySeconds of [0, 0, 1]) {
      const { receipt, deliveries } = await bench.receiveOne(queue, ONE_TRY)
      assert.equal(deliveries, 1)
      const refusal = { delaySeconds, deliveriesMax: 1, isUncounted: true }
      assert.deepEqual(await bench.nack(queue, [receipt], refusal), { done: 1, stale: [] })
    }
    await bench.pass(1)
    const { body, deliveries } = await bench.receiveOne(queue, ONE_TRY)
    assert.deepEqual([body, deliveries], ['1', 1])
  })

  test('what is given back with a delay waits for its time', async () => {
    const queue = name()
    await bench.push(queue, '1')
    const { receipt } = await bench.receiveOne(queue)
    assert.deepEqual(await bench.nack(queue, [receipt], { delaySeconds: 2 }), { done: 1, stale: [] })
    assert.deepEqual(await bench.bodies(queue), [])
    await bench.pass(2)
    const { body, deliveries } = await bench.receiveOne(queue, { waitSeconds: 5 })
    assert.deepEqual([body, deliveries], ['1', 2])
  })

  test('one that was delivered often enough is dead when it is given back, with the last reason', async () => {
    const queue = name()
    await bench.push(queue, '1')
    for (const reason of ['First.', 'Second.']) {
      const { receipt } = await bench.receiveOne(queue, { deliveriesMax: 2, waitSeconds: 5 })
      await bench.nack(queue, [receipt], { reason, deliveriesMax: 2 })
    }
    await bench.push(queue, '2')
    assert.deepEqual(await bench.bodies(queue, { deliveriesMax: 2 }), ['2'])
    if (able.inspection)
      assert.deepEqual(await dead(queue), [{ body: '1', deliveries: 2, reason: 'Second.' }])
  })

  test('some of a batch may be dead and others not', async () => {
    const queue = name()
    await bench.push(queue, '1')
    await bench.nack(queue, receiptsOf(await bench.receive(queue)))
    await bench.push(queue, '2')
    const both = await bench.receive(queue, { waitSeconds: 5 })
    const receipts = receiptsOf(both.length === 2 ? both : [...both, ...(await bench.receive(queue))])
    assert.deepEqual(await bench.nack(queue, [...receipts, 'x'], { deliveriesMax: 2 }), {
      done: 2,
      stale: ['x'],
    })
    assert.deepEqual(await bench.bodies(queue, { waitSeconds: 5 }), ['2'])
    if (able.inspection) assert.deepEqual(await dead(queue), [{ body: '1', deliveries: 2, reason: 'No.' }])
  })

  if (able.inspection && able.timedLeases)
    test('the reason of a refusal outlives a lease that runs out after it', async () => {
      const queue = name()
      await bench.push(queue, '1')
      const { receipt } = await bench.receiveOne(queue)
      await bench.nack(queue, [receipt], { reason: 'The printer is out of paper.' })
      await bench.receiveOne(queue, { leaseSeconds: 2, waitSeconds: 5 })
      await bench.pass(2)
      assert.deepEqual(await bench.bodies(queue, { deliveriesMax: 2 }), [])
      assert.deepEqual(await dead(queue), [
        { body: '1', deliveries: 2, reason: 'The printer is out of paper.' },
      ])
    })
}
