import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { systemClock } from '../../src/kit/clock.ts'
import { LoggiaError } from '../../src/kit/errors.ts'
import { type Bus, openBus } from '../../src/platform/bus/index.ts'
import { type Cache, openCache } from '../../src/platform/cache/index.ts'
import type { Redis } from '../../src/platform/redis/index.ts'
import { ENGINES, unreachable } from '../support/engines.ts'
import { eventually } from '../support/process.ts'
import { type EngineProxy, openProxy } from '../support/proxy.ts'
import { openRedisRoom, type RedisRoom } from '../support/redis.ts'

const RESUMED_MS = 5000

/** What a process has of Redis. */
interface Node {
  redis: Redis
  cache: Cache
  bus: Bus
  /** Of the outages that its log would show. */
  told: unknown[]
}

suite('Redis that goes away', { skip: await unreachable('redis') }, () => {
  let room: RedisRoom
  let proxy: EngineProxy
  let nodes: Node[]

  async function openNode(): Promise<Node> {
    const { namespace } = room
    const told: unknown[] = []
    const redis = await room.open(proxy.url, (error) => told.push(error))
    const cache = await openCache({ redis, namespace, clock: systemClock, onError: () => {} })
    const bus = await openBus({ redis, databaseUrl: undefined, namespace, onError: () => {} })
    const node = { redis, cache, bus, told }
    nodes.push(node)
    return node
  }

  /** Whether the node keeps texts in Redis again. */
  async function keeps({ cache }: Node): Promise<boolean> {
    let loads = 0
    const load = async () => {
      loads += 1
      return 'text'
    }
    await cache.read('probe', 60, load)
    await cache.count('probes', 60)
    await cache.read('probe', 60, load)
    return loads < 2
  }

  const answers = ({ redis }: Node) =>
    redis.ping().then(
      () => true,
      () => false,
    )

  beforeEach(async () => {
    room = await openRedisRoom()
    proxy = await openProxy(ENGINES.redis)
    nodes = []
  })
  afterEach(async () => {
    await Promise.all(nodes.flatMap(({ cache, bus }) => [cache.close(), bus.close()]))
    await room.close()
    await proxy.close()
  })

  for (const how of ['refuse', 'hang'] as const) {
    test(`what needs it says so in time, the rest goes on, and all resumes within 5 s: ${how}`, async () => {
      const [node, other] = [await openNode(), await openNode()]
      await eventually(async () => (await keeps(node)) && (await keeps(other)))
      await node.cache.count('rate', 60, 10)
      const poked: string[] = []
      node.bus.subscribe('missed', () => poked.push('node'))
      other.bus.subscribe('missed', () => poked.push('other'))

      proxy[how]()
      const began = performance.now()
      await assert.rejects(node.redis.ping(), isUnavailable)
      await assert.rejects(node.redis.commands.incr(`${room.namespace}:never`), isUnavailable)
      const [result] = (await node.redis.commands.pipeline().get('key').exec()) ?? []
      assert.ok(isUnavailable(result?.[0]))
      assert.equal(await node.cache.read('text', 60, async () => 'loaded'), 'loaded')
      await node.cache.delete('text')
      assert.equal((await node.cache.count('rate', 60)).count, 1)
      assert.equal((await node.cache.count('rate', 60)).count, 2)
      node.bus.publish('missed')
      assert.deepEqual(poked, ['node'])
      assert.ok(performance.now() - began < 5000, 'nothing waits for long')

      proxy.comeBack()
      await eventually(async () => (await answers(node)) && (await answers(other)), RESUMED_MS)
      await eventually(() => poked.includes('other'), RESUMED_MS)
      await eventually(async () => (await keeps(node)) && (await keeps(other)), RESUMED_MS)
      assert.equal((await other.cache.count('rate', 60)).count, 11)
      assert.equal(await node.redis.commands.exists(`${room.namespace}:never`), 0)
      assert.equal(node.told.length, 1)
    })
  }

  for (const how of ['cut', 'refuse', 'hang'] as const) {
    test(`what was deleted meanwhile is read on no node afterwards: ${how}`, async () => {
      const [node, other] = [await openNode(), await openNode()]
      await eventually(async () => (await keeps(node)) && (await keeps(other)))
      let row = 'old'
      const read = ({ cache }: Node) => cache.read('row', 60, async () => row)
      await read(node)
      // Once this is answered the text is in Redis.
      await node.cache.count('later', 60)

      proxy[how]()
      // From here on nothing of the node is on its way: a delete that Redis finds when it wakes would do by itself.
      await assert.rejects(node.redis.ping(), isUnavailable)
      row = 'new'
      await node.cache.delete('row')
      assert.equal(await read(node), 'new')
      proxy.comeBack()
      await eventually(async () => {
        assert.deepEqual(await Promise.all(nodes.map(read)), ['new', 'new'])
        return (await keeps(node)) && (await keeps(other))
      }, RESUMED_MS)
      assert.deepEqual(await Promise.all(nodes.map(read)), ['new', 'new'])
    })
  }

  test('a process that starts without it serves, and takes part once it is there', async () => {
    proxy.refuse()
    const node = await openNode()
    await assert.rejects(node.redis.ping(), isUnavailable)
    assert.equal(await node.cache.read('text', 60, async () => 'loaded'), 'loaded')
    assert.equal((await node.cache.count('rate', 60)).count, 1)
    proxy.comeBack()
    await eventually(() => keeps(node), RESUMED_MS)
  })

  test('a wrong password is told and keeps the process up', async () => {
    const url = new URL(ENGINES.redis)
    url.username = 'nobody'
    url.password = 'wrong'
    const told: unknown[] = []
    const redis = await room.open(url.href, (error) => told.push(error))
    await assert.rejects(redis.ping(), isUnavailable)
    assert.match(String(told[0]), /WRONGPASS/)
  })

  test('a database that is no number is refused at the start', async () => {
    await assert.rejects(room.open('redis://127.0.0.1:6379/abc'), /REDIS_URL: .*"\/abc"/)
  })
})

function isUnavailable(error: unknown): boolean {
  assert.ok(error instanceof LoggiaError, String(error))
  assert.deepEqual([error.kind, error.code, error.retryAfterSeconds], ['unavailable', 'redis_unavailable', 1])
  return true
}
