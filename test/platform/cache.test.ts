import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/kit/clock.ts'
import { type Cache, openCache } from '../../src/platform/cache/index.ts'
import type { Redis } from '../../src/platform/redis/index.ts'
import { cacheContract } from '../contracts/cache.ts'
import { movableClock } from '../support/clock.ts'
import { unreachable } from '../support/engines.ts'
import { eventually } from '../support/process.ts'
import { openRedisRoom, type RedisRoom } from '../support/redis.ts'

const skip = await unreachable('redis')

cacheContract('memory', async () => {
  const time = movableClock()
  const cache = await openCache({
    redis: null,
    namespace: 'test',
    clock: time.clock,
    onError: assert.ifError,
  })
  return { handles: [cache], pass: time.advance, close: cache.close }
})

test('a clock that is set back holds up no window and keeps no text', async (t) => {
  const time = movableClock()
  const options = { redis: null, namespace: 'test', clock: time.clock, onError: assert.ifError }
  const cache = await openCache(options)
  t.after(cache.close)
  assert.equal((await cache.count('key', 60)).count, 1)
  assert.equal(await cache.read('key', 60, async () => 'before'), 'before')
  time.advance(-3600)
  assert.deepEqual(await cache.count('key', 60), { count: 1, resetSeconds: 60 })
  assert.equal(await cache.read('key', 60, async () => 'after'), 'after')
})

cacheContract('redis', openInRedis, skip)

async function openInRedis() {
  const room = await openRedisRoom()
  const open = async () => openTrusted(await room.open(), room.namespace)
  const handles: [Cache, ...Cache[]] = [await open(), await open(), await open()]
  return {
    handles,
    pass: (seconds: number) => pause(seconds * 1000),
    async close() {
      await Promise.all(handles.map((handle) => handle.close()))
      await room.close()
    },
  }
}

/** Until a process has begun its generation it reads past the cache: what the tests count would come out by chance. */
async function openTrusted(redis: Redis, namespace: string): Promise<Cache> {
  const cache = await openCache({ redis, namespace, clock: systemClock, onError: assert.ifError })
  await eventually(async () => {
    await cache.read('open', 60, async () => 'yes')
    return (await redis.commands.exists(`${namespace}:cache:open`)) === 1
  })
  await cache.delete('open')
  return cache
}

suite('cache: what Redis holds', { skip }, () => {
  let room: RedisRoom
  let redis: Redis
  let cache: Cache

  beforeEach(async () => {
    room = await openRedisRoom()
    redis = await room.open()
    cache = await openTrusted(redis, room.namespace)
  })
  afterEach(async () => {
    await cache.close()
    await room.close()
  })

  test('no text, lease or count is without an end', async () => {
    await cache.read('text', 60, async () => 'kept')
    await cache.read('lease', 60, () => Promise.reject(new Error('never loaded'))).catch(() => {})
    await cache.count('one', 60)
    await cache.count('two', 86_400, 5)
    assert.deepEqual(await cache.count('two', 60), { count: 1, resetSeconds: 60 })
    for (const key of ['cache:text', 'cache:lease', 'count:one', 'count:two']) {
      const seconds = await redis.commands.ttl(`${room.namespace}:${key}`)
      assert.ok(seconds > 0 && seconds <= 60, `${key}: ${seconds}`)
    }
  })

  test('two installations on one Redis see nothing of each other', async () => {
    const neighbours = await openRedisRoom()
    const neighbour = await openTrusted(await neighbours.open(), neighbours.namespace)
    await cache.read('key', 60, async () => 'ours')
    await cache.count('key', 60, 7)
    assert.equal(await neighbour.read('key', 60, async () => 'theirs'), 'theirs')
    assert.equal((await neighbour.count('key', 60)).count, 1)
    await neighbour.close()
    await neighbours.close()
  })

  test("another program's keys under our names cost speed only", async () => {
    const told: unknown[] = []
    const careful = await openCache({
      redis: await room.open(),
      namespace: room.namespace,
      clock: systemClock,
      onError: (error) => told.push(error),
    })
    await redis.commands.rpush(`${room.namespace}:cache:key`, 'not ours')
    await redis.commands.rpush(`${room.namespace}:count:key`, 'not ours')
    assert.equal(await careful.read('key', 60, async () => 'loaded'), 'loaded')
    assert.equal((await careful.count('key', 60)).count, 1)
    assert.equal((await careful.count('key', 60)).count, 2)
    assert.equal(told.length, 1)
    await careful.delete('key')
    await careful.close()
  })

  test('a process that comes to Redis anew takes over no text of an earlier generation', async () => {
    await cache.read('key', 60, async () => 'old')
    const newcomer = await openTrusted(await room.open(), room.namespace)
    assert.equal(await newcomer.read('key', 60, async () => 'new'), 'new')
    assert.equal(await cache.read('key', 60, async () => 'newer'), 'new')
    await newcomer.close()
  })

  test('a text that was loaded when Redis forgot everything is not kept', async () => {
    const loading = Promise.withResolvers<string>()
    const begun = Promise.withResolvers<void>()
    const asked = cache.read('key', 60, () => {
      begun.resolve()
      return loading.promise
    })
    await begun.promise
    await redis.commands.del(`${room.namespace}:cache:key`, `${room.namespace}:cache-generation`)
    loading.resolve('old')
    assert.equal(await asked, 'old')
    assert.equal(await cache.read('key', 60, async () => 'new'), 'new')
  })
})
