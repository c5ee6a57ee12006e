import assert from 'node:assert/strict'
import { after, before, mock, suite, test } from 'node:test'
import type { MessageState } from '../../src/platform/queue/index.ts'
import { ABLE, queueContract } from '../contracts/queue.ts'
import { numbered, receiptsOf } from '../contracts/queue-bench.ts'
import { unreachable } from '../support/engines.ts'
import { openRedisQueues, type RedisQueues, receive } from '../support/redis-queues.ts'

const skip = await unreachable('redis')

queueContract('streams in Redis', openRedisQueues, ABLE, skip)

suite('queues in Redis', { skip }, () => {
  let opened: RedisQueues
  let names = 0
  before(async () => {
    opened = await openRedisQueues()
  })
  after(async () => {
    await opened.close()
    assert.deepEqual(opened.errors, [])
  })

  const newName = () => {
    names += 1
    return `q${names}`
  }
  const keyOf = (name: string) => `${opened.namespace}:queue:${name}`
  const push = (name: string, ...bodies: string[]) =>
    opened.queue.push(
      name,
      bodies.map((body) => ({ body })),
    )
  const bodies = async (name: string, more = {}) =>
    (await receive(opened.queue, name, more)).map(({ body }) => body)
  const browse = (name: string, state: MessageState, more = {}) =>
    opened.queue.browse(name, { state, limit: 10, after: null, contains: null, ...more })
  async function keysLeft(name: string): Promise<string[]> {
    const left = await opened.redis.commands.keys(`${opened.namespace}:*`)
    return left.filter((key) => key === keyOf(name) || key.endsWith(`{${keyOf(name)}}`))
  }

  test('a delay that is over before its turn keeps the place of its age', async () => {
    const name = newName()
    await push(name, '1')
    await opened.queue.push(name, [{ body: '2', delaySeconds: 5 }])
    await push(name, '3')
    opened.advance(5)
    assert.deepEqual(await bodies(name), ['1', '2', '3'])
  })

  test('a delayed message that a receiver passed over leaves nothing behind when its time to live is over', async () => {
    const name = newName()
    await opened.queue.push(name, [{ body: '1', dedupId: '1', ttlSeconds: 5, delaySeconds: 10 }])
    assert.deepEqual(await bodies(name), [])
    opened.advance(15)
    assert.deepEqual(await bodies(name), [])
    assert.deepEqual(await keysLeft(name), [keyOf(name)])
    assert.equal(await opened.redis.commands.xlen(keyOf(name)), 0)
  })

  test('what is acknowledged leaves nothing but an empty stream', async () => {
    const name = newName()
    await opened.queue.push(
      name,
      numbered(50).map((body) => ({ body, dedupId: body, ttlSeconds: 60 })),
    )
    await opened.queue.push(name, [{ body: '50', delaySeconds: 1 }])
    opened.advance(1)
    await opened.queue.ack(name, receiptsOf(await receive(opened.queue, name)))
    assert.deepEqual(await keysLeft(name), [keyOf(name)])
    assert.equal(await opened.redis.commands.xlen(keyOf(name)), 0)
    assert.deepEqual(await opened.redis.commands.xpending(keyOf(name), 'loggia'), [0, null, null, null])
  })

  test('a purge leaves an empty stream whose ids go on, and a push to it is heard', async () => {
    const name = newName()
    const [before = ''] = (await push(name, '1', '2', '3')).slice(-1)
    await receive(opened.queue, name, { max: 1 })
    assert.equal(await opened.queue.purge(name), 3)
    assert.deepEqual(await keysLeft(name), [keyOf(name)])
    const sleeping = receive(opened.other, name, { waitSeconds: 20 })
    await opened.other.counts(name)
    const [after = ''] = await push(name, '4')
    assert.ok(isLater(after, before), `${after} after ${before}`)
    assert.deepEqual(
      (await sleeping).map(({ body }) => body),
      ['4'],
    )
  })

  test('a queue that is removed leaves no key, and whoever waits at it hears the next push', async () => {
    const name = newName()
    await push(name, '1', '2')
    await receive(opened.queue, name, { max: 1 })
    await receive(opened.other, name)
    const waiting = receive(opened.other, name, { waitSeconds: 20 })
    await opened.other.counts(name)
    await opened.queue.remove(name)
    assert.deepEqual(await keysLeft(name), [])
    await push(name, '3')
    assert.deepEqual(
      (await waiting).map(({ body }) => body),
      ['3'],
    )
  })

  test('hundreds that died, ran out of their lease or of their time are seen through', async () => {
    const name = newName()
    const many = numbered(1200)
    await opened.queue.push(
      name,
      many.map((body) => ({ body, ttlSeconds: 1 })),
    )
    await push(name, ...many)
    opened.advance(1)
    const taken = await receive(opened.queue, name, { max: 1000, leaseSeconds: 10 })
    assert.deepEqual(
      taken.map(({ body }) => body),
      many.slice(0, 1000),
    )
    await receive(opened.queue, name, { leaseSeconds: 10, max: 1000 })
    opened.advance(10)
    const counted = await opened.queue.counts(name)
    assert.deepEqual([counted.waiting, counted.leased], [1200, 0])
    assert.deepEqual(await bodies(name, { deliveriesMax: 1 }), [])
    assert.equal((await opened.queue.counts(name)).dead, 1200)
    assert.equal(await opened.queue.redrive(name, null), 1200)
    assert.deepEqual(await bodies(name, { max: 1000 }), many.slice(0, 1000))
  })

  test('a search that looks at a part only goes on from there', async () => {
    const name = newName()
    await push(name, ...numbered(2500), '"needle"')
    const first = await browse(name, 'waiting', { contains: 'needle' })
    assert.deepEqual(first.messages, [])
    const second = await browse(name, 'waiting', { contains: 'needle', after: first.next })
    const third = await browse(name, 'waiting', { contains: 'needle', after: second.next })
    assert.deepEqual(
      third.messages.map(({ body }) => body),
      ['"needle"'],
    )
    assert.equal(third.next, null)
  })

  test('messages that a foreign program trims away are gone, whatever became of them', async () => {
    const name = newName()
    await push(name, '1', '2', '3')
    const [first] = await receive(opened.queue, name, { max: 1 })
    await opened.queue.nack(name, [String(first?.receipt)], {
      delaySeconds: 0,
      reason: 'No.',
      deliveriesMax: 5,
    })
    await opened.redis.commands.xtrim(keyOf(name), 'MAXLEN', 1)
    assert.deepEqual(await bodies(name), ['3'])
  })

  test('a group that was destroyed is made again, and what waited is received', async () => {
    const name = newName()
    await push(name, '1', '2')
    await opened.queue.ack(name, receiptsOf(await receive(opened.queue, name, { max: 1 })))
    await opened.redis.commands.xgroup('DESTROY', keyOf(name), 'loggia')
    assert.deepEqual(await bodies(name), ['2'])
  })

  test('one push costs a thousand who wait a few looks, not a thousand', async () => {
    const name = newName()
    const done = new AbortController()
    const waiting = numbered(1000).map(() =>
      receive(opened.queue, name, { max: 1, waitSeconds: 20, signal: done.signal }),
    )
    await opened.queue.counts(name)
    const send = mock.method(opened.redis.commands, 'sendCommand')
    await push(name, 'null')
    const [delivery] = await Promise.race(waiting)
    await opened.queue.counts(name)
    assert.equal(delivery?.body, 'null')
    assert.ok(send.mock.callCount() < 10, `${send.mock.callCount()} commands`)
    send.mock.restore()
    done.abort()
    await Promise.all(waiting)
  })

  const calls: [what: string, call: (name: string) => Promise<unknown>][] = [
    ['a push', (name) => push(name, '1')],
    ['a receive', (name) => receive(opened.queue, name)],
    ['a receive that waits', (name) => receive(opened.queue, name, { waitSeconds: 20 })],
    ['a count', (name) => opened.queue.counts(name)],
    ['a look', (name) => browse(name, 'dead')],
    ['a purge', (name) => opened.queue.purge(name)],
  ]
  for (const [what, call] of calls) {
    test(`${what} refuses a key of another program, which stays as it is`, async () => {
      const name = newName()
      await opened.redis.commands.set(keyOf(name), 'precious')
      await assert.rejects(call(name), { kind: 'conflict', code: 'queue_key_taken' })
      assert.equal(await opened.redis.commands.get(keyOf(name)), 'precious')
    })
  }
})

function isLater(id: string, than: string): boolean {
  const [[ms = 0, seq = 0], [thanMs = 0, thanSeq = 0]] = [partsOf(id), partsOf(than)]
  return ms > thanMs || (ms === thanMs && seq > thanSeq)
}

function partsOf(id: string): number[] {
  return id.split('-').map(Number)
}
