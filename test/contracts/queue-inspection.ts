import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowseRequest, KeptMessage } from '../../src/platform/queue/index.ts'
import { numbered, type QueueBench, receiptsOf } from './queue-bench.ts'

const NONE = { waiting: 0, leased: 0, delayed: 0, dead: 0, oldestPushedAt: null }

export function inspectionSentences(bench: QueueBench): void {
  const { able, name } = bench

  function page(queue: string, request: Partial<BrowseRequest> = {}) {
    return bench.inspection.browse(queue, {
      state: 'waiting',
      limit: 10,
      after: null,
      contains: null,
      ...request,
    })
  }
  /** Page after page to the end. */
  async function browse(queue: string, request: Partial<BrowseRequest> = {}): Promise<KeptMessage[]> {
    const seen: KeptMessage[] = []
    let after: string | null = null
    do {
      const { messages, next } = await page(queue, { ...request, after })
      assert.ok(messages.length <= (request.limit ?? 10))
      seen.push(...messages)
      after = next
    } while (after !== null)
    return seen
  }
  const bodies = (messages: KeptMessage[]) => messages.map(({ body }) => body)
  const countsOf = async (queue: string) => ({ ...(await bench.inspection.counts(queue)) })
  const amountsOf = async (queue: string) => {
    const { oldestPushedAt: _, ...amounts } = await bench.inspection.counts(queue)
    return amounts
  }
  /** Messages that are dead, each with the reason that is its body. */
  async function bury(queue: string, ...all: string[]): Promise<string[]> {
    const ids = await bench.push(queue, ...all)
    for (const { receipt, body } of await bench.receive(queue))
      await bench.nack(queue, [receipt], { reason: body, deliveriesMax: 1 })
    return ids
  }
  /** A waiting one, a leased one, a delayed one and a dead one. */
  async function oneOfEach(queue: string) {
    await bury(queue, '"dead"')
    await bench.push(queue, '"leased"')
    const leased = await bench.receiveOne(queue, { leaseSeconds: 30 })
    await bench.pushOne(queue, '"delayed"', { delaySeconds: 60 })
    await bench.push(queue, '"waiting"')
    return leased
  }

  test('a queue that nobody used has nothing in it', async () => {
    const queue = name()
    assert.deepEqual(await countsOf(queue), NONE)
    assert.deepEqual(await page(queue), { messages: [], next: null })
    assert.equal(await bench.inspection.redrive(queue, null), 0)
    assert.equal(await bench.inspection.purge(queue), 0)
  })

  test('messages are counted and shown by state', async () => {
    const queue = name()
    const leased = await oneOfEach(queue)
    assert.deepEqual(await amountsOf(queue), { waiting: 1, leased: 1, delayed: 1, dead: 1 })
    for (const state of ['waiting', 'leased', 'delayed', 'dead'] as const) {
      const messages = await browse(queue, { state })
      assert.deepEqual(
        messages.map((message) => [message.state, message.body]),
        [[state, `"${state}"`]],
      )
    }
    const [shown] = await browse(queue, { state: 'leased' })
    assert.deepEqual([shown?.id, shown?.deliveries, shown?.pushedAt], [leased.id, 1, leased.pushedAt])
    assert.equal(shown?.reason, null)
    assert.equal((await browse(queue, { state: 'dead' }))[0]?.reason, '"dead"')
  })

  test('one that is held tells when it waits again, and after that counts as waiting', async () => {
    const queue = name()
    await oneOfEach(queue)
    const [delayed] = await browse(queue, { state: 'delayed' })
    const [leased] = await browse(queue, { state: 'leased' })
    const dueInMs = (message: KeptMessage | undefined) => (message?.dueAt ?? 0) - (message?.pushedAt ?? 0)
    assert.equal(dueInMs(delayed), 60_000)
    assert.ok(Math.abs(dueInMs(leased) - 30_000) < 5_000)
    assert.equal((await browse(queue))[0]?.dueAt, null)
    await bench.pass(60)
    assert.deepEqual(await amountsOf(queue), { waiting: 3, leased: 0, delayed: 0, dead: 1 })
    assert.deepEqual(bodies(await browse(queue)).sort(), ['"delayed"', '"leased"', '"waiting"'])
  })

  test('the oldest that waits is told, and nobody when none does', async () => {
    const queue = name()
    await bench.push(queue, '1')
    await bench.pass(1)
    await bench.push(queue, '2')
    const [first] = await browse(queue)
    assert.equal((await bench.inspection.counts(queue)).oldestPushedAt, first?.pushedAt)
    await bench.receive(queue)
    assert.deepEqual(await countsOf(queue), { ...NONE, leased: 2 })
  })

  test('a message whose time to live is over is neither counted nor shown', async () => {
    const queue = name()
    await bench.pushOne(queue, '1', { ttlSeconds: 2 })
    await bench.pushOne(queue, '2', { delaySeconds: 2, ttlSeconds: 2 })
    await bench.pushOne(queue, '3', { ttlSeconds: 60 })
    await bench.pushOne(queue, '4', { ttlSeconds: 2 })
    const [waiting] = await browse(queue, { contains: '3' })
    await bench.pass(5)
    const oldestPushedAt = waiting?.pushedAt ?? null
    assert.deepEqual(await countsOf(queue), { ...NONE, waiting: 1, oldestPushedAt })
    assert.deepEqual(bodies(await browse(queue)), ['3'])
    for (const state of ['leased', 'delayed', 'dead'] as const)
      assert.deepEqual(await browse(queue, { state }), [])
    assert.deepEqual(await bench.bodies(queue), ['3'])
  })

  test('what expires goes, though nobody receives: by housekeeping, and as many as are pushed in their stead', async () => {
    const queue = name()
    const expiring = numbered(5).map((body) => ({ body, ttlSeconds: 2 }))
    await bench.queue.push(queue, expiring)
    await bench.pass(3)
    await bench.queue.push(queue, expiring)
    assert.equal(await bench.inspection.clearExpired(queue), 0)
    await bench.pass(3)
    assert.equal(await bench.inspection.clearExpired(queue), 5)
    assert.equal(await bench.inspection.purge(queue), 0)
  })

  test('pages go on where the one before ended, oldest first', async () => {
    const queue = name()
    await bench.push(queue, ...numbered(25))
    const first = await page(queue)
    assert.deepEqual(bodies(first.messages), numbered(10))
    assert.equal(first.next, first.messages.at(-1)?.id)
    assert.deepEqual(bodies(await browse(queue)), numbered(25))
    await bench.receive(queue)
    assert.deepEqual(bodies(await browse(queue, { state: 'leased' })), numbered(25))
  })

  test('a search finds the text as it stands, wherever in the body', async () => {
    const queue = name()
    await bench.push(queue, '{"a":"100%"}', '{"a":"100 €"}', '"under_score"', '"underscore"', '"UPPER!"')
    const found = async (contains: string) => bodies(await browse(queue, { contains, limit: 1 }))
    assert.deepEqual(await found('100'), ['{"a":"100%"}', '{"a":"100 €"}'])
    assert.deepEqual(await found('0%'), ['{"a":"100%"}'])
    assert.deepEqual(await found('r_s'), ['"under_score"'])
    assert.deepEqual(await found('€"'), ['{"a":"100 €"}'])
    assert.deepEqual(await found('R!'), ['"UPPER!"'])
    assert.deepEqual(await found('upper'), [])
    assert.deepEqual(await found('*'), [])
  })

  test('a dead message can be given a new body, and nobody else can', async () => {
    const queue = name()
    const [dead = ''] = await bury(queue, '1')
    const [waiting = ''] = await bench.push(queue, '2')
    assert.equal(await bench.inspection.edit(queue, dead, '"mended"'), true)
    for (const id of [waiting, 'x', '', '0', '99999999999999999999999', '\0'])
      assert.equal(await bench.inspection.edit(queue, id, '"changed"'), false, JSON.stringify(id))
    assert.equal(await bench.inspection.edit(name(), dead, '"changed"'), false)
    assert.deepEqual(bodies(await browse(queue, { state: 'dead' })), ['"mended"'])
    assert.equal(await bench.inspection.redrive(queue, [dead]), 1)
    assert.deepEqual((await bench.bodies(queue)).sort(), ['"mended"', '2'])
  })

  test('dead messages wait again with their deliveries forgotten, those that are named or all', async () => {
    const queue = name()
    const [one = '', two = ''] = await bury(queue, '1', '2', '3')
    const [waiting = ''] = await bench.push(queue, '4')
    assert.equal(await bench.inspection.redrive(queue, [one, one, waiting, 'x']), 1)
    assert.deepEqual(await amountsOf(queue), { waiting: 2, leased: 0, delayed: 0, dead: 2 })
    assert.equal(await bench.inspection.redrive(name(), [two]), 0)
    assert.equal(await bench.inspection.redrive(queue, null), 2)
    const received = await bench.receive(queue)
    assert.deepEqual(received.map(({ body }) => body).sort(), ['1', '2', '3', '4'])
    assert.deepEqual(new Set(received.map(({ deliveries }) => deliveries)), new Set([1]))
    assert.ok(received.some(({ id }) => id === one))
  })

  test('a redrive delivers what has long outlived its time to live', async () => {
    const queue = name()
    await bench.pushOne(queue, '1', { ttlSeconds: 2 })
    const { receipt } = await bench.receiveOne(queue)
    await bench.nack(queue, [receipt], { deliveriesMax: 1 })
    await bench.pass(60)
    assert.equal(await bench.inspection.redrive(queue, null), 1)
    assert.deepEqual(await bench.bodies(queue), ['1'])
  })

  test('a redrive wakes a receiver on another node', async () => {
    const queue = name()
    await bury(queue, '1')
    const waiting = bench.bodies(queue, { waitSeconds: 60, elsewhere: true })
    await bench.inspection.redrive(queue, null)
    assert.deepEqual(await waiting, ['1'])
  })

  test('a purge removes every message, and leaves nothing that could be settled', async () => {
    const [queue, neighbour] = [name(), name()]
    const leased = await oneOfEach(queue)
    await bench.push(neighbour, '1')
    assert.equal(await bench.inspection.purge(queue), 4)
    assert.deepEqual(await countsOf(queue), NONE)
    const receipts = receiptsOf([leased])
    assert.deepEqual(await bench.queue.ack(queue, receipts), { done: 0, stale: receipts })
    assert.deepEqual(await bench.nack(queue, receipts), { done: 0, stale: receipts })
    await bench.pass(61)
    assert.deepEqual(await bench.bodies(queue), [])
    assert.deepEqual(await bench.bodies(neighbour), ['1'])
  })

  if (able.dedup)
    test('a purged or dead message keeps its dedup id as long as it is there itself', async () => {
      const queue = name()
      const first = await bench.pushOne(queue, '1', { dedupId: 'a' })
      const { receipt } = await bench.receiveOne(queue)
      await bench.nack(queue, [receipt], { deliveriesMax: 1 })
      assert.equal(await bench.pushOne(queue, '2', { dedupId: 'a' }), first)
      await bench.inspection.purge(queue)
      assert.notEqual(await bench.pushOne(queue, '3', { dedupId: 'a' }), first)
      assert.deepEqual(await bench.bodies(queue), ['3'])
    })
}
