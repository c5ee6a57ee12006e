import assert from 'node:assert/strict'
import { test } from 'node:test'
import { numbered, type QueueBench, receiptsOf } from './queue-bench.ts'

export function pushSentences(bench: QueueBench): void {
  const { able, name } = bench

  test('first in is first out, under the ids that the push told', async () => {
    const queue = name()
    const ids = [...(await bench.push(queue, '1', '2')), ...(await bench.push(queue, '3'))]
    const before = await bench.receive(queue, { max: 2 })
    const rest = await bench.receive(queue, { max: 2 })
    const seen = [...before, ...rest].map(({ id, body, deliveries }) => ({ id, body, deliveries }))
    assert.deepEqual(
      seen,
      ['1', '2', '3'].map((body, index) => ({ id: ids[index], body, deliveries: 1 })),
    )
    assert.deepEqual(await bench.bodies(queue), [])
  })

  test('a batch of 100 keeps its order, in the ids and on the way out', async () => {
    const queue = name()
    const ids = await bench.push(queue, ...numbered(100))
    assert.equal(new Set(ids).size, 100)
    const received = await bench.receive(queue, { max: 100 })
    assert.deepEqual(
      received.map(({ body }) => body),
      numbered(100),
    )
    assert.deepEqual(
      received.map(({ id }) => id),
      ids,
    )
    assert.equal(new Set(receiptsOf(received)).size, 100)
    assert.deepEqual(await bench.queue.ack(queue, receiptsOf(received)), { done: 100, stale: [] })
  })

  test('a body is kept as it is, to the last byte', async () => {
    const queue = name()
    const bodies = ['null', '{ "b":1,\n"a" : 1.0}', '"ä€😀\\u0000\'%"', JSON.stringify('x'.repeat(200_000))]
    await bench.push(queue, ...bodies)
    assert.deepEqual(await bench.bodies(queue), bodies)
  })

  test('a delivery tells when its message was pushed', async () => {
    const queue = name()
    await bench.push(queue, '1')
    const { pushedAt: first } = await bench.receiveOne(queue)
    assert.ok(Number.isSafeInteger(first))
    await bench.pass(2)
    await bench.push(queue, '2')
    const { pushedAt: second } = await bench.receiveOne(queue)
    assert.ok(second - first >= 1_900, `${second} is not 2 s after ${first}`)
  })

  test('one queue knows nothing of another', async () => {
    const [queue, neighbour] = [name(), name()]
    await bench.push(queue, '1')
    await bench.push(neighbour, '2')
    assert.deepEqual(await bench.bodies(queue), ['1'])
    assert.deepEqual(await bench.bodies(neighbour), ['2'])
  })

  test('nothing pushed and nothing settled is no harm', async () => {
    const queue = name()
    assert.deepEqual(await bench.queue.push(queue, []), [])
    assert.deepEqual(await bench.queue.ack(queue, []), { done: 0, stale: [] })
    assert.deepEqual(await bench.nack(queue, []), { done: 0, stale: [] })
    assert.deepEqual(await bench.queue.extend(queue, [], 60), { done: 0, stale: [] })
    assert.deepEqual(await bench.bodies(queue), [])
  })

  test('a delayed message waits for its time, and holds up nobody', async () => {
    const queue = name()
    const delayed = await bench.pushOne(queue, '1', { delaySeconds: 2 })
    await bench.push(queue, '2')
    assert.deepEqual(await bench.bodies(queue), ['2'])
    await bench.pass(2)
    const { id, body, deliveries } = await bench.receiveOne(queue, { waitSeconds: 5 })
    assert.deepEqual([id, body, deliveries], [delayed, '1', 1])
  })

  test('a message that nobody received in its time to live is forgotten', async () => {
    const queue = name()
    await bench.queue.push(queue, [
      { body: '1', ttlSeconds: 2 },
      { body: '2', ttlSeconds: 600 },
      { body: '3' },
    ])
    await bench.pass(3)
    assert.deepEqual(await bench.bodies(queue), ['2', '3'])
  })

  test('one that is received in its time to live is delivered', async () => {
    const queue = name()
    await bench.pushOne(queue, '1', { ttlSeconds: 60 })
    assert.deepEqual(await bench.bodies(queue), ['1'])
  })

  test('a time to live begins when its message waits, not before', async () => {
    const queue = name()
    await bench.pushOne(queue, '1', { delaySeconds: 4, ttlSeconds: 3 })
    await bench.pass(4)
    assert.deepEqual(await bench.bodies(queue, { waitSeconds: 5 }), ['1'])
  })

  test('a time to live is over with the first delivery: what is given back after it is delivered again', async () => {
    const queue = name()
    await bench.pushOne(queue, '1', { ttlSeconds: 2 })
    const { receipt } = await bench.receiveOne(queue)
    await bench.pass(3)
    await bench.nack(queue, [receipt])
    const { body, deliveries } = await bench.receiveOne(queue, { waitSeconds: 5 })
    assert.deepEqual([body, deliveries], ['1', 2])
  })

  if (able.dedup) dedupSentences(bench)
}

function dedupSentences(bench: QueueBench): void {
  const { name } = bench

  test('a second message with a dedup id is the first one, while that is kept', async () => {
    const [queue, neighbour] = [name(), name()]
    const first = await bench.pushOne(queue, '1', { dedupId: 'a' })
    assert.equal(await bench.pushOne(queue, '2', { dedupId: 'a' }), first)
    assert.notEqual(await bench.pushOne(queue, '3', { dedupId: 'b' }), first)
    await bench.pushOne(neighbour, '4', { dedupId: 'a' })
    assert.deepEqual(await bench.bodies(neighbour), ['4'])
    const received = await bench.receive(queue)
    assert.deepEqual(
      received.map(({ body }) => body),
      ['1', '3'],
    )
    assert.equal(await bench.pushOne(queue, '5', { dedupId: 'a' }), first, 'while it is leased')
    await bench.queue.ack(queue, receiptsOf(received))
    assert.notEqual(await bench.pushOne(queue, '6', { dedupId: 'a' }), first)
    assert.deepEqual(await bench.bodies(queue), ['6'])
  })

  test('a batch may hold one dedup id twice, beside new ones and old ones', async () => {
    const queue = name()
    const old = await bench.pushOne(queue, '0', { dedupId: 'old' })
    const ids = await bench.queue.push(queue, [
      { body: '1', dedupId: 'x' },
      { body: '2' },
      { body: '3', dedupId: 'old' },
      { body: '4', dedupId: 'x' },
      { body: '5' },
    ])
    assert.deepEqual([ids[2], ids[3]], [old, ids[0]])
    const received = await bench.receive(queue)
    assert.deepEqual(
      received.map(({ id, body }) => [id, body]),
      [
        [old, '0'],
        [ids[0], '1'],
        [ids[1], '2'],
        [ids[4], '5'],
      ],
    )
  })

  test('of pushes that race with one dedup id, one is kept and all are told its id', async () => {
    const queue = name()
    const ids = await Promise.all(
      numbered(20).map(async (body, index) => {
        const node = index % 2 === 0 ? bench.queue : bench.other
        return (await node.push(queue, [{ body }, { body, dedupId: 'one' }]))[1]
      }),
    )
    assert.equal(new Set(ids).size, 1)
    assert.equal((await bench.bodies(queue)).length, 21)
  })

  const expiring: [which: string, delaySeconds: number][] = [
    ['that nobody came to', 0],
    ['that a receiver passed over', 2],
  ]
  for (const [which, delaySeconds] of expiring)
    test(`a message ${which} frees its dedup id when its time to live is over`, async () => {
      const queue = name()
      const expired = await bench.pushOne(queue, '1', { dedupId: 'a', ttlSeconds: 2, delaySeconds })
      if (delaySeconds > 0) assert.deepEqual(await bench.bodies(queue), [])
      await bench.pass(5)
      const [, again] = await bench.queue.push(queue, [{ body: '2' }, { body: '3', dedupId: 'a' }])
      assert.notEqual(again, expired)
      assert.deepEqual(await bench.bodies(queue), ['2', '3'])
    })

  test('a message received for good frees its dedup id', async () => {
    const queue = name()
    await bench.pushOne(queue, '1', { dedupId: 'a' })
    await bench.receiveOne(queue, { leaseSeconds: 0 })
    await bench.pushOne(queue, '2', { dedupId: 'a' })
    assert.deepEqual(await bench.bodies(queue), ['2'])
  })
}
