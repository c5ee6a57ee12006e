import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { unavailable } from '../../src/kit/errors.ts'
import { FINISH_MS, type JobNode, type NodeOptions, openJobNode } from '../support/job-node.ts'
import { eventually } from '../support/process.ts'
import { processTests } from './job-processes.ts'

export interface DeadLetter {
  body: string
  deliveries: number
  reason: string | null
}

export interface JobEngine {
  /** With these a process is one of the cluster. */
  settings: Record<string, string>
  /** The dead letters of a queue. Unset: the queues of people stand in the same engine, and are looked into. */
  dead?: (queue: string) => Promise<DeadLetter[]>
  remove(): Promise<void>
}

const RESUMES_WITHIN_MS = 5_000

const UNREADABLE = [
  // A queue may see this one for itself.
  { payload: 'no json', reason: /is no JSON/ },
  { payload: 'null', reason: /is no JSON object/ },
  { payload: '[7]', reason: /has no "id" that is a whole number/ },
  { payload: '{"id":"7"}', reason: /has no "id" that is a whole number/ },
  { payload: '{"id":7.5}', reason: /has no "id" that is a whole number/ },
  { payload: '{"other":7}', reason: /has no "id" that is a whole number/ },
]

/** What jobs promise on every engine. Time passes for real: an engine has its own clock. */
export function jobsContract(
  name: string,
  openEngine: () => Promise<JobEngine>,
  {
    through = (queue) => queue,
    skip = false,
  }: { through?: NodeOptions['through']; skip?: string | false } = {},
): void {
  suite(`jobs on ${name}`, { skip }, () => {
    let engine: JobEngine
    let nodes: JobNode[]
    let ran: number[]

    async function open(more: NodeOptions = {}): Promise<JobNode> {
      const node = await openJobNode(engine.settings, { through, ...more })
      nodes.push(node)
      return node
    }
    const note = async (id: number) => void ran.push(id)

    async function deadOn({ platform }: JobNode): Promise<DeadLetter[]> {
      if (engine.dead) return engine.dead('jobs/note')
      const request = { state: 'dead' as const, limit: 100, after: null, contains: null }
      const { messages } = await platform.queue.browse('jobs/note', request)
      return messages.map(({ body, deliveries, reason }) => ({ body, deliveries, reason }))
    }

    beforeEach(async () => {
      engine = await openEngine()
      nodes = []
      ran = []
    })
    afterEach(async () => {
      for (const node of nodes) await node.close()
      await engine.remove()
    })

    test('what is enqueued runs once, in order, and leaves nothing behind', async () => {
      const node = await open()
      node.note(note, { concurrency: 1 })
      await node.enqueue(1, 2, 3)
      await node.jobs.drain()
      await node.jobs.drain()
      assert.deepEqual(ran, [1, 2, 3])
      assert.deepEqual(await node.rows('select * from outbox'), [])
      assert.deepEqual(await deadOn(node), [])
    })

    test('what is rolled back never was', async () => {
      const node = await open()
      node.note(note)
      const failing = node.platform.database.write(async (tx) => {
        await node.jobs.enqueue(tx, 'note', { id: 1 })
        throw new Error('No')
      })
      await assert.rejects(failing, /No/)
      await node.jobs.drain()
      assert.deepEqual(ran, [])
    })

    test('a database that gives its numbers again, restored from a backup, loses no job to a dead one', async () => {
      const node = await open()
      node.note(async (id) => (id === 1 ? Promise.reject(new Error('No')) : note(id)), { tries: 1 })
      await node.enqueue(1)
      await node.jobs.drain()
      const { database } = node.platform
      await database.write(async (tx) => {
        const tables = await database.wholeTables.list(tx)
        for (const table of tables)
          if (table.name === 'outbox') await database.wholeTables.setLastId(tx, table, 0)
      })
      await node.enqueue(2)
      await node.jobs.drain()
      assert.deepEqual(ran, [2])
    })

    test('what one node enqueues and hands on, another runs', async () => {
      const [web, worker] = [await open(), await open()]
      worker.note(note)
      web.jobs.relay()
      worker.jobs.start()
      await web.enqueue(1)
      await eventually(() => ran.length === 1)
      await web.enqueue(2)
      await worker.jobs.drain()
      assert.deepEqual(ran, [1, 2])
    })

    test('what a node enqueued that hands nothing on, another finds', async () => {
      const [silent, worker] = [await open(), await open()]
      worker.note(note)
      await silent.enqueue(1)
      worker.jobs.start()
      await eventually(() => ran.length === 1)
      assert.deepEqual(ran, [1])
    })

    test('draining waits for what was taken, whenever it begins', async () => {
      const node = await open()
      let done = 0
      node.note(async () => {
        for (let turn = 0; turn < 50; turn += 1) await nextTurn()
        done += 1
      })
      node.jobs.start()
      for (let turns = 0; turns < 20; turns += 1) {
        await node.enqueue(1, 2)
        for (let turn = 0; turn < turns; turn += 1) await nextTurn()
        await node.jobs.drain()
        assert.equal(done, 2 * (turns + 1), `begun after ${turns} turns`)
      }
    })

    test('as many run at once as the handler allows, and no more', async () => {
      const node = await open()
      let running = 0
      const seen: number[] = []
      node.note(
        async () => {
          running += 1
          seen.push(running)
          await pause(50)
          running -= 1
        },
        { concurrency: 4 },
      )
      node.jobs.start()
      await node.enqueue(...Array.from({ length: 12 }, (_, id) => id))
      await eventually(() => seen.length === 12 && running === 0)
      assert.equal(Math.max(...seen), 4)
    })

    test('a failure is tried again, and given up once, with its reason and its number of tries', async () => {
      const node = await open()
      const givenUp: string[] = []
      node.note(
        async (id) => {
          await note(id)
          if (id === 7) throw new Error(`failed\u0000 ${ran.filter((one) => one === 7).length}`)
        },
        { giveUp: async ({ id }, reason) => void givenUp.push(`${id}: ${reason}`) },
      )
      node.jobs.start()
      await node.enqueue(7, 8)
      await eventually(async () => (await deadOn(node)).length === 1)
      await node.jobs.drain()
      assert.deepEqual([...ran].sort(), [7, 7, 7, 8])
      assert.deepEqual(givenUp, ['7: failed  3'])
      assert.deepEqual(await deadOn(node), [{ body: '{"id":7}', deliveries: 3, reason: 'failed  3' }])
    })

    test('giving up is tried again when it fails', async () => {
      const node = await open()
      const asked: string[] = []
      node.note(() => Promise.reject(new Error('No')), {
        tries: 2,
        async giveUp(_, reason) {
          asked.push(reason)
          if (asked.length === 1) throw new Error('Not now')
        },
      })
      node.jobs.start()
      await node.enqueue(1)
      await eventually(async () => (await deadOn(node)).length === 1)
      assert.deepEqual(asked, ['No', 'It did not come to its end in 2 tries.'])
    })

    test('a payload that cannot be read is dead at once, with the reason, and nobody is called', async () => {
      const node = await open()
      node.note(note, { giveUp: async ({ id }) => void ran.push(id) })
      for (const { payload } of UNREADABLE) {
        await node.change(`insert into outbox (job, payload, created_at) values ('note', '${payload}', 0)`)
      }
      await node.jobs.drain()
      const dead = await deadOn(node)
      assert.deepEqual(ran, [])
      assert.deepEqual(
        dead.map(({ body }) => body),
        UNREADABLE.map(({ payload }) => payload),
      )
      for (const [index, { reason }] of UNREADABLE.entries())
        assert.match(String(dead[index]?.reason), reason)
    })

    test('long work keeps its lease', async () => {
      const [one, other] = [await open(), await open()]
      for (const node of [one, other]) {
        node.note(
          async (id) => {
            await note(id)
            await pause(2500)
          },
          { leaseSeconds: 1 },
        )
        node.jobs.start()
      }
      await one.enqueue(1)
      await eventually(() => ran.length > 0)
      await Promise.all([one.jobs.drain(), other.jobs.drain()])
      assert.deepEqual(ran, [1])
    })

    test('a job that has run does not run again when its queue was away for a moment', async () => {
      let refusals = 0
      const node = await open({
        through(queue, job) {
          const carrier = through(queue, job)
          const ack: typeof carrier.ack = async (...of) => {
            refusals += 1
            if (refusals < 3) throw new Error('Away')
            return carrier.ack(...of)
          }
          return { ...carrier, ack }
        },
      })
      node.note(note)
      await node.enqueue(1)
      await node.jobs.drain()
      assert.deepEqual([ran, refusals, await deadOn(node)], [[1], 3, []])
    })

    test('a queue that was away is asked again soon after it is back', async () => {
      let isAway = true
      const node = await open({
        through(queue, job) {
          const carrier = through(queue, job)
          const refused = () => Promise.reject(new Error('Away'))
          return { ...carrier, receive: (...of) => (isAway ? refused() : carrier.receive(...of)) }
        },
      })
      node.note(note)
      node.jobs.start()
      await node.enqueue(1)
      await eventually(() => node.told.length >= 2)
      isAway = false
      await eventually(() => ran.length === 1, RESUMES_WITHIN_MS)
      assert.ok(node.told.length < 10, `told ${node.told.length} times`)
    })

    test('a job that needs an engine which is away waits for it, and loses no try', async () => {
      const node = await open()
      let outages = 0
      const whenBack = async (id: number) => {
        outages += 1
        if (outages < 4) throw unavailable('engine_away', 'It is away.')
        await note(id)
      }
      node.note(whenBack, { tries: 1 })
      await node.enqueue(1)
      await node.jobs.drain()
      assert.deepEqual([ran, outages, await deadOn(node)], [[1], 4, []])
      assert.equal(node.told.length, 1)
    })

    test('a stop gives back what waits for an engine, and that is no try', async () => {
      const [node, next] = [await open(), await open()]
      let tried = 0
      const inVain = async () => {
        tried += 1
        throw unavailable('engine_away', 'It is away.')
      }
      node.note(inVain, { tries: 1 })
      node.jobs.start()
      await node.enqueue(1)
      await eventually(() => tried > 1)
      await node.jobs.stop()
      next.note(note, { tries: 1 })
      // A broker may have handed it to the stopped node once more, which gives it back in a moment.
      await eventually(async () => {
        await next.jobs.drain()
        return ran.length > 0
      })
      assert.deepEqual([ran, await deadOn(next)], [[1], []])
    })

    test('a stop does not wait for a queue that does not answer', async () => {
      let isAway = false
      const node = await open({
        through(queue, job) {
          const carrier = through(queue, job)
          const hanging = new Promise<never>(() => {})
          return {
            ...carrier,
            receive: (...of) => (isAway ? hanging : carrier.receive(...of)),
            ack: (...of) => (isAway ? hanging : carrier.ack(...of)),
            nack: (...of) => (isAway ? hanging : carrier.nack(...of)),
          }
        },
      })
      node.note(async (id) => {
        isAway = true
        await note(id)
      })
      node.jobs.start()
      await node.enqueue(1)
      await eventually(() => ran.length === 1)
      const begun = performance.now()
      await node.jobs.stop()
      const stopMs = performance.now() - begun
      assert.ok(stopMs < FINISH_MS + 2_000, `${stopMs} ms`)
      assert.equal(node.told.length, 1)
    })

    test('a stop lets finish what runs, and keeps what has not begun', async () => {
      const [node, next] = [await open(), await open()]
      const { promise: released, resolve: release } = Promise.withResolvers<void>()
      const begun: number[] = []
      node.note(
        async (id) => {
          begun.push(id)
          await released
          await note(id)
        },
        { concurrency: 1 },
      )
      node.jobs.start()
      await node.enqueue(1, 2)
      await eventually(() => begun.length === 1)
      // Closed with its queues: an engine may have sent it more than it has begun.
      const stopping = node.close()
      release()
      await stopping
      assert.deepEqual(ran, [1])
      next.note(note)
      await next.jobs.drain()
      assert.deepEqual(ran, [1, 2])
    })

    test('a stop gives back at once what does not end in time', async () => {
      const [node, next] = [await open(), await open()]
      const { promise: released, resolve: release } = Promise.withResolvers<void>()
      let begun = 0
      const run = () => {
        begun += 1
        return released
      }
      node.note(run, { tries: 1 })
      node.jobs.start()
      await node.enqueue(1)
      await eventually(() => begun === 1)
      await node.jobs.stop()
      // What the stop cut off was no try.
      next.note(note, { tries: 1 })
      next.jobs.start()
      // Its lease has half a minute to go.
      await eventually(() => ran.length === 1, 10_000)
      release()
      assert.deepEqual([ran, begun], [[1], 1])
    })

    processTests({ open, deadOn, settings: () => engine.settings })
  })
}
