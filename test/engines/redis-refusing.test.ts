import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { systemClock } from '../../src/kit/clock.ts'
import { createRedisQueue } from '../../src/platform/queue/redis.ts'
import { openRedis, type Redis } from '../../src/platform/redis/index.ts'
import { receiptsOf } from '../contracts/queue-bench.ts'
import { unreachable } from '../support/engines.ts'
import { eventually } from '../support/process.ts'
import { receive } from '../support/redis-queues.ts'
import { startRedisServer } from '../support/redis-server.ts'

type Command = [name: string, ...args: string[]]

/** Opened on a server of its own; `told`: of what its log would show. */
async function openOwn(...more: string[]) {
  const server = await startRedisServer(...more)
  const told: unknown[] = []
  const redis = await openRedis({ url: server.url, onError: (error) => void told.push(error) })
  const queue = createRedisQueue({
    redis,
    namespace: 'refusing',
    clock: systemClock,
    onError: assert.ifError,
  })
  return {
    redis,
    queue,
    told,
    push: (body: string) => queue.push('work', [{ body }]),
    async close() {
      await queue.close()
      await redis.close()
      await server.close()
    },
  }
}

suite('a Redis that answers but does not serve', { skip: await unreachable('redis') }, () => {
  let own: Awaited<ReturnType<typeof openOwn>>
  before(async () => {
    own = await openOwn()
    await own.push('0')
  })
  after(() => own.close())
  const run = ({ commands }: Redis, [name, ...args]: Command) => commands.call(name, ...args)

  const FULL: Command = ['config', 'set', 'maxmemory', '1']
  const NOT_FULL: Command = ['config', 'set', 'maxmemory', '0']
  const refusals: [what: string, begin: Command, end: Command, sentence: RegExp][] = [
    ['is full', FULL, NOT_FULL, /^Redis is full/],
    ['is a replica', ['replicaof', '127.0.0.1', '1'], ['replicaof', 'no', 'one'], /^Redis answers, but/],
    [
      'misses its replicas',
      ['config', 'set', 'min-replicas-to-write', '1'],
      ['config', 'set', 'min-replicas-to-write', '0'],
      /^Redis answers, but/,
    ],
    [
      'does not let us',
      ['acl', 'setuser', 'default', '-xadd'],
      ['acl', 'setuser', 'default', '+xadd'],
      /^Redis answers, but/,
    ],
  ]
  for (const [what, begin, end, sentence] of refusals) {
    test(`one that ${what} is a 503 that says so, and goes on by itself`, async () => {
      await run(own.redis, begin)
      await assert.rejects(own.push('1'), (error: Error & { kind: string; code: string }) => {
        assert.deepEqual([error.kind, error.code], ['unavailable', 'redis_unavailable'])
        assert.match(error.message, sentence)
        return true
      })
      await eventually(() =>
        run(own.redis, end).then(
          () => true,
          () => false,
        ),
      )
      await eventually(() =>
        own.push('1').then(
          () => true,
          () => false,
        ),
      )
      await own.queue.purge('work')
    })
  }

  test('a full one still gives out what it has, so that consumers empty it', async () => {
    await own.queue.push('work', [{ body: '1' }, { body: '2' }, { body: '3' }])
    await run(own.redis, FULL)
    const deliveries = await receive(own.queue, 'work')
    const [first = '', second = '', third = ''] = receiptsOf(deliveries)
    const refusal = { delaySeconds: 60, reason: 'Later.', deliveriesMax: 5 }
    assert.deepEqual(await own.queue.nack('work', [first], refusal), { done: 1, stale: [] })
    assert.deepEqual(await own.queue.nack('work', [second], { ...refusal, deliveriesMax: 1 }), {
      done: 1,
      stale: [],
    })
    assert.deepEqual(await own.queue.ack('work', [third]), { done: 1, stale: [] })
    const { oldestPushedAt: _, ...counts } = await own.queue.counts('work')
    assert.deepEqual(counts, { waiting: 0, leased: 0, delayed: 1, dead: 1 })
    await run(own.redis, NOT_FULL)
  })

  test('that it is a node of a cluster is told to the log, and a wait goes on', async (t) => {
    const cluster = await openOwn('--cluster-enabled', 'yes')
    t.after(cluster.close)
    const { commands } = cluster.redis
    await commands.call('cluster', 'addslotsrange', '0', '16383')
    await eventually(async () => /cluster_state:ok/.test(String(await commands.call('cluster', 'info'))))
    await cluster.push('1')
    assert.equal((await receive(cluster.queue, 'work')).length, 1)
    const waiting = receive(cluster.queue, 'work', { waitSeconds: 20 })
    await eventually(() => cluster.told.some((error) => /^CROSSSLOT/.test(String((error as Error).message))))
    await cluster.push('2')
    assert.equal((await waiting).length, 1)
  })
})
