import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { type Bus, openBus } from '../../src/platform/bus/index.ts'
import { busContract } from '../contracts/bus.ts'
import { ENGINES, unreachable } from '../support/engines.ts'
import { withDeadline } from '../support/event-stream.ts'
import { openProxy } from '../support/proxy.ts'
import { openRedisRoom } from '../support/redis.ts'

const withoutPostgres = await unreachable('postgres')
const withoutRedis = await unreachable('redis')

function openOnPostgres({ url = ENGINES.postgres, namespace = newNamespace() } = {}) {
  return openBus({ redis: null, databaseUrl: url, namespace, onError: () => {} })
}

function newNamespace(): string {
  return `test-${randomBytes(6).toString('hex')}`
}

busContract('The bus of one process', async () => {
  const bus = await openBus({ redis: null, databaseUrl: undefined, namespace: 'test', onError: () => {} })
  return { bus, other: bus, close: () => bus.close() }
})

busContract(
  'The bus on PostgreSQL',
  async () => {
    const namespace = newNamespace()
    const [bus, other] = await Promise.all([openOnPostgres({ namespace }), openOnPostgres({ namespace })])
    return {
      bus,
      other,
      async close() {
        await Promise.all([bus.close(), other.close()])
      },
    }
  },
  withoutPostgres,
)

busContract(
  'The bus on Redis',
  async () => {
    const room = await openRedisRoom()
    const { namespace } = room
    const open = async () =>
      openBus({ redis: await room.open(), databaseUrl: undefined, namespace, onError: () => {} })
    const [bus, other] = [await open(), await open()]
    return {
      bus,
      other,
      async close() {
        await Promise.all([bus.close(), other.close()])
        await room.close()
      },
    }
  },
  withoutRedis,
)

test('two installations on one PostgreSQL do not hear each other', { skip: withoutPostgres }, async () => {
  const [ours, theirs] = [newNamespace(), newNamespace()]
  const namespaces = [ours, ours, theirs, theirs]
  const buses = await Promise.all(namespaces.map((namespace) => openOnPostgres({ namespace })))
  const [bus, neighbour, foreign, witness] = buses as [Bus, Bus, Bus, Bus]
  const told: string[] = []
  foreign.subscribe('topic', () => told.push('topic'))

  const heard = new Promise<void>((resolve) => void neighbour.subscribe('topic', resolve))
  bus.publish('topic')
  await withDeadline('a poke next door', heard)
  // PostgreSQL delivers in the order of commits: had the first been for them, it would have come before this.
  const after = new Promise<void>((resolve) => void foreign.subscribe('after', resolve))
  witness.publish('after')
  await withDeadline('a later poke', after)

  assert.deepEqual(told, [])
  await Promise.all(buses.map((one) => one.close()))
})

test('after a lost connection everybody is poked for every topic, at both ends', {
  skip: withoutPostgres,
}, async () => {
  const proxy = await openProxy(ENGINES.postgres)
  const namespace = newNamespace()
  const [bus, other] = [
    await openOnPostgres({ url: proxy.url, namespace }),
    await openOnPostgres({ namespace }),
  ]
  proxy.refuse()
  bus.publish('lost')
  const poked = [bus, other].map((end) => new Promise<void>((resolve) => void end.subscribe('lost', resolve)))
  proxy.comeBack()
  await withDeadline('the pokes after the connection came back', Promise.all(poked))

  const again = new Promise<void>((resolve) => void other.subscribe('again', resolve))
  bus.publish('again')
  await withDeadline('a poke over the new connection', again)
  await Promise.all([bus.close(), other.close()])
  await proxy.close()
})

test('a bus whose engine is away opens, pokes its own process, and is there once the engine is', {
  skip: withoutPostgres,
}, async () => {
  const proxy = await openProxy(ENGINES.postgres)
  proxy.refuse()
  const namespace = newNamespace()
  const [bus, other] = [
    await openOnPostgres({ url: proxy.url, namespace }),
    await openOnPostgres({ namespace }),
  ]
  let own = 0
  bus.subscribe('topic', () => {
    own += 1
  })
  bus.publish('topic')
  assert.equal(own, 1)
  const heard = new Promise<void>((resolve) => void other.subscribe('topic', resolve))
  proxy.comeBack()
  await withDeadline('a poke once the engine is there', heard)
  await Promise.all([bus.close(), other.close()])
  await proxy.close()
})
