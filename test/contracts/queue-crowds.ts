import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MANY, numbered, type QueueBench, receiptsOf } from './queue-bench.ts'

const CROWD = 10

export function crowdSentences(bench: QueueBench): void {
  const { name } = bench
  const nodeOf = (index: number) => (index % 2 === 0 ? bench.queue : bench.other)

  test('receivers at once never get the same message', async () => {
    const queue = name()
    await bench.push(queue, ...numbered(100))
    const seen: string[] = []
    while (seen.length < 100) {
      const taken = await Promise.all(
        numbered(CROWD).map((_, index) => bench.bodies(queue, { max: 7, elsewhere: index % 2 === 1 })),
      )
      assert.ok(taken.flat().length > 0, `${seen.length} of 100 came`)
      seen.push(...taken.flat())
    }
    assert.deepEqual(seen.sort(), numbered(100).sort())
  })

  test('who pushes at once with others gets the ids of its own messages', async () => {
    const queue = name()
    const pushed = await Promise.all(
      numbered(CROWD).map(async (producer) => {
        const bodies = [`"${producer}a"`, `"${producer}b"`]
        const ids = await bench.push(queue, ...bodies)
        return bodies.map((body, index) => [ids[index], body])
      }),
    )
    const received = (await bench.receive(queue)).map(({ id, body }) => [id, body])
    assert.deepEqual(received.sort(), pushed.flat().sort())
  })

  test('who receives at once with others gets no more than it asked for, and all is given away', async () => {
    const queue = name()
    const wanted = [3, 1, 40, 2, 9]
    await bench.push(queue, ...numbered(60))
    const taken = await Promise.all(wanted.map((max) => bench.bodies(queue, { max, waitSeconds: 5 })))
    for (const [index, { length }] of taken.entries())
      assert.ok(length > 0 && length <= Number(wanted[index]))
    assert.deepEqual([...taken.flat(), ...(await bench.bodies(queue))].sort(), numbered(60).sort())
  })

  test('of acknowledgements of one message at once, one is told done and the others stale', async () => {
    const queue = name()
    await bench.push(queue, '1', '2')
    const [one = '', two = ''] = receiptsOf(await bench.receive(queue))
    const settled = await Promise.all(numbered(CROWD).map(() => bench.queue.ack(queue, [one])))
    assert.equal(settled.filter(({ done }) => done === 1).length, 1)
    assert.equal(settled.filter(({ stale }) => stale[0] === one).length, CROWD - 1)
    assert.deepEqual(await bench.queue.ack(queue, [one, two]), { done: 1, stale: [one] })
  })

  test('what one producer pushes keeps its order, however many push beside it', async () => {
    const queue = name()
    await Promise.all(
      numbered(CROWD).map(async (producer, index) => {
        for (const body of numbered(10))
          await nodeOf(index).push(queue, [
            { body: `[${producer},${body}]` },
            { body: `[${producer},${body}.5]` },
          ])
      }),
    )
    const bodies = [...(await bench.bodies(queue)), ...(await bench.bodies(queue))]
    const parsed = bodies.map((body) => JSON.parse(body) as [producer: number, place: number])
    for (const producer of numbered(CROWD)) {
      const places = parsed.filter(([of]) => of === Number(producer)).map(([, place]) => place)
      assert.deepEqual(
        places,
        numbered(10).flatMap((place) => [Number(place), Number(place) + 0.5]),
      )
    }
  })

  test(`${MANY} messages of ${CROWD} producers reach ${CROWD} consumers, each message one of them, once`, async () => {
    const queue = name()
    const seen: string[] = []
    const allSeen = new AbortController()

    async function produce(producer: number): Promise<string[]> {
      const ids: string[] = []
      for (const round of numbered(MANY / CROWD / 10)) {
        const bodies = numbered(10).map((place) => ({ body: JSON.stringify([producer, round, place]) }))
        ids.push(...(await nodeOf(producer).push(queue, bodies)))
      }
      return ids
    }
    async function consume(consumer: number): Promise<void> {
      while (!allSeen.signal.aborted) {
        const elsewhere = consumer % 2 === 1
        const deliveries = await bench.receive(queue, {
          max: 1 + consumer,
          waitSeconds: 10,
          elsewhere,
          signal: allSeen.signal,
        })
        const receipts = receiptsOf(deliveries)
        assert.deepEqual(await nodeOf(consumer).ack(queue, receipts), { done: receipts.length, stale: [] })
        seen.push(...deliveries.map(({ id }) => id))
        if (seen.length >= MANY) allSeen.abort()
      }
    }

    const crowd = numbered(CROWD).map(Number)
    const [pushed] = await Promise.all([Promise.all(crowd.map(produce)), Promise.all(crowd.map(consume))])
    assert.equal(new Set(pushed.flat()).size, MANY)
    assert.deepEqual(seen.sort(), pushed.flat().sort())
    assert.deepEqual(await bench.bodies(queue), [])
  })
}
