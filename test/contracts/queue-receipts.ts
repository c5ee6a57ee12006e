import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Queue, Settled } from '../../src/platform/queue/index.ts'
import { type QueueBench, receiptsOf } from './queue-bench.ts'

type Settle = (queue: string, receipts: string[]) => Promise<Settled>

const REFUSAL = { delaySeconds: 0, reason: 'No.', deliveriesMax: 5 }
const GARBAGE = [
  '',
  ' ',
  'x',
  '.',
  '1',
  '1.',
  '-1.x',
  '0-0',
  '99999999999999999999999.x',
  '\0',
  '\ud800',
  "' or 1=1",
  '💥'.repeat(100),
]

/** A stale receipt is told stale and harms nothing. */
export function receiptSentences(bench: QueueBench): void {
  const { able, name } = bench
  const settlements = (queue: Queue): [verb: string, settle: Settle][] => [
    ['ack', (name, receipts) => queue.ack(name, receipts)],
    ['nack', (name, receipts) => queue.nack(name, receipts, REFUSAL)],
    ['extend', (name, receipts) => queue.extend(name, receipts, 120)],
  ]

  /** Neither verb does anything with these receipts; the delivery that is out stays what it is. */
  async function assertHarmless(queue: string, stale: string[], live: string[]): Promise<void> {
    for (const [verb, settle] of settlements(bench.queue))
      assert.deepEqual(await settle(queue, stale), { done: 0, stale }, verb)
    assert.deepEqual(await bench.bodies(queue), [])
    assert.deepEqual(await bench.queue.ack(queue, live), { done: live.length, stale: [] })
  }

  test('a receipt of garbage is stale', async () => {
    const queue = name()
    await bench.push(queue, '1')
    const live = receiptsOf(await bench.receive(queue))
    const near = live.flatMap((receipt) => [`${receipt}x`, ` ${receipt}`, receipt.slice(0, -1)])
    await assertHarmless(queue, [...GARBAGE, ...near], live)
  })

  test('a receipt of another queue is stale', async () => {
    const [queue, neighbour] = [name(), name()]
    await bench.push(queue, '1')
    await bench.push(neighbour, '2')
    const live = receiptsOf(await bench.receive(queue))
    const foreign = receiptsOf(await bench.receive(neighbour))
    await assertHarmless(queue, foreign, live)
    assert.deepEqual(await bench.queue.ack(neighbour, foreign), { done: 1, stale: [] })
  })

  test('a receipt that was acknowledged is stale', async () => {
    const queue = name()
    await bench.push(queue, '1', '2')
    const [settled = '', ...live] = receiptsOf(await bench.receive(queue))
    await bench.queue.ack(queue, [settled])
    await assertHarmless(queue, [settled], live)
  })

  test('a receipt that was given back is stale, and its message belongs to the next delivery', async () => {
    const queue = name()
    await bench.push(queue, '1')
    const [settled = ''] = receiptsOf(await bench.receive(queue))
    assert.deepEqual(await bench.nack(queue, [settled]), { done: 1, stale: [] })
    await assertHarmless(queue, [settled], receiptsOf(await bench.receive(queue, { waitSeconds: 5 })))
  })

  if (able.timedLeases)
    test('a receipt whose lease ran out is stale, and its message belongs to the next delivery', async () => {
      const queue = name()
      await bench.push(queue, '1')
      const [expired = ''] = receiptsOf(await bench.receive(queue, { leaseSeconds: 2 }))
      await bench.pass(2)
      await assertHarmless(queue, [expired], receiptsOf(await bench.receive(queue, { waitSeconds: 5 })))
    })

  test('good receipts among stale ones are settled, and a receipt counts once', async () => {
    const queue = name()
    await bench.push(queue, '1', '2', '3')
    const [one = '', two = '', three = ''] = receiptsOf(await bench.receive(queue))
    assert.deepEqual(await bench.queue.ack(queue, [one, 'x', two, one]), { done: 2, stale: ['x', one] })
    assert.deepEqual(await bench.nack(queue, ['x', three, three]), { done: 1, stale: ['x', three] })
    assert.deepEqual(await bench.bodies(queue, { waitSeconds: 5 }), ['3'])
  })
}
