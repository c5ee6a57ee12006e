import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { loadConfig } from '../../src/config.ts'
import { migrate } from '../../src/platform/database/index.ts'
import { openPlatform, type Platform } from '../../src/platform/index.ts'
import { type JobHandler, type Jobs, migrations as jobTables } from '../../src/platform/jobs/index.ts'
import { migrations as queueTables } from '../../src/platform/queue/index.ts'
import { movableClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/process.ts'
import { stored } from '../support/stored.ts'

const BACKOFF_SECONDS_MAX = 60

suite('jobs', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let time: ReturnType<typeof movableClock>
  let platform: Platform
  let jobs: Jobs
  let ran: number[]
  let givenUp: [id: number, reason: string][]

  async function open(): Promise<void> {
    const config = loadConfig({ DATA_DIR: folder.path })
    platform = await openPlatform({ config, clock: time.clock, onError: () => {} })
    await migrate(platform.database, { queue: queueTables, jobs: jobTables })
    jobs = platform.jobs
  }
  beforeEach(async () => {
    folder = await temporaryFolder()
    time = movableClock()
    ran = []
    givenUp = []
    await open()
  })
  afterEach(async () => {
    await platform.close()
    await folder.remove()
  })

  const handle = (run: (id: number) => Promise<void>, more: Partial<JobHandler> = {}) =>
    jobs.handle('note', {
      run: ({ id }) => run(Number(id)),
      giveUp: async ({ id }, reason) => {
        givenUp.push([Number(id), reason])
      },
      tries: 3,
      backoff: { baseSeconds: 10, maxSeconds: BACKOFF_SECONDS_MAX },
      leaseSeconds: 30,
      concurrency: 2,
      ...more,
    })
  const note = async (id: number) => {
    ran.push(id)
  }
  const enqueue = (...ids: number[]) =>
    platform.database.write(async (tx) => {
      for (const id of ids) await jobs.enqueue(tx, 'note', { id })
    })
  const left = () => [
    ...stored(folder.path, 'select id from outbox'),
    ...stored(folder.path, "select id from queue_messages where state != 'dead'"),
  ]

  test('what is enqueued runs once, in order, and leaves nothing behind', async () => {
    handle(note)
    await enqueue(1, 2, 3)
    await jobs.drain()
    assert.deepEqual(ran, [1, 2, 3])
    assert.deepEqual(left(), [])
  })

  test('what is rolled back never was', async () => {
    handle(note)
    const failing = platform.database.write(async (tx) => {
      await jobs.enqueue(tx, 'note', { id: 1 })
      throw new Error('No')
    })
    await assert.rejects(failing, /No/)
    await jobs.drain()
    assert.deepEqual(ran, [])
  })

  test('draining waits for what the loops have taken, whenever it begins', async () => {
    for (let turns = 0; turns < 30; turns += 1) {
      await platform.close()
      await open()
      let done = 0
      handle(async () => {
        for (let turn = 0; turn < 50; turn += 1) await nextTurn()
        done += 1
      })
      jobs.start()
      await enqueue(1, 2)
      for (let turn = 0; turn < turns; turn += 1) await nextTurn()
      await jobs.drain()
      assert.equal(done, 2, `begun after ${turns} turns`)
    }
  })

  test('a failure is tried again after a pause, and given up once, with its reason', async () => {
    handle(async (id) => {
      await note(id)
      throw new Error(`failed ${ran.length}`)
    })
    await enqueue(7)
    await jobs.drain()
    assert.deepEqual(ran, [7])
    for (let pause = 0; pause < 5; pause += 1) {
      time.advance(BACKOFF_SECONDS_MAX + 1)
      await jobs.drain()
    }
    assert.deepEqual(ran, [7, 7, 7])
    assert.deepEqual(givenUp, [[7, 'failed 3']])
    assert.deepEqual(
      stored(folder.path, 'select state, reason from queue_messages').map(({ state, reason }) => [
        state,
        reason,
      ]),
      [['dead', 'failed 3']],
    )
  })

  test('a failure does not hold up the others', async () => {
    handle(async (id) => {
      if (id === 1) throw new Error('No')
      await note(id)
    })
    await enqueue(1, 2)
    await jobs.drain()
    assert.deepEqual(ran, [2])
  })

  test('what a crashed process was running runs again once its lease is over', async () => {
    const { promise: stuck, resolve: release } = Promise.withResolvers<void>()
    handle(() => stuck)
    await enqueue(1)
    const crashed = jobs.drain()
    const other = await openPlatform({
      config: loadConfig({ DATA_DIR: folder.path }),
      clock: time.clock,
      onError: () => {},
    })
    const seen: number[] = []
    other.jobs.handle('note', {
      run: async ({ id }) => void seen.push(Number(id)),
      giveUp: async () => {},
      tries: 3,
      backoff: { baseSeconds: 1, maxSeconds: 1 },
      leaseSeconds: 30,
      concurrency: 1,
    })
    await other.jobs.drain()
    const early = [...seen]
    time.advance(31)
    await other.jobs.drain()
    release()
    await crashed
    await other.close()
    assert.deepEqual([early, seen], [[], [1]])
  })

  test('a job that kills its process each time is given up without being run again', async () => {
    handle(note)
    await enqueue(1)
    await platform.queue.push('jobs/note', [{ body: JSON.stringify({ id: 9 }) }])
    for (let crash = 0; crash < 3; crash += 1) {
      await platform.queue.receive('jobs/note', { max: 1, leaseSeconds: 5, waitSeconds: 0, deliveriesMax: 4 })
      time.advance(6)
    }
    await jobs.drain()
    assert.deepEqual(givenUp, [[9, 'The process that ran it stopped each time.']])
    assert.deepEqual(ran, [1])
  })

  test('a stop lets finish what runs, and keeps what has not begun', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
    const { promise: released, resolve: release } = Promise.withResolvers<void>()
    handle(
      async (id) => {
        begin()
        await released
        await note(id)
      },
      { concurrency: 1 },
    )
    jobs.start()
    await enqueue(1, 2)
    await begun
    const stopping = jobs.stop()
    release()
    await stopping
    assert.deepEqual(ran, [1])
    assert.equal(left().length, 1)
  })
})
