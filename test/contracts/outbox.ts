import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import type { NewMessage, Queue } from '../../src/platform/queue/index.ts'
import { movableClock } from '../support/clock.ts'
import { beyondTransactions, FINISH_MS, type JobNode, openJobNode } from '../support/job-node.ts'
import { eventually } from '../support/process.ts'
import type { JobEngine } from './jobs.ts'

/** Longer than a relay holds what it has claimed. */
const CLAIM_SECONDS = 31
const RESUMES_WITHIN_MS = 5_000

/** What the outbox promises on every database, whatever engine is behind it: here, one whose pushes a test can hold up. */
export function outboxContract(
  name: string,
  openEngine: () => Promise<JobEngine>,
  { skip = false }: { skip?: string | false } = {},
): void {
  suite(`the outbox on ${name}`, { skip }, () => {
    let engine: JobEngine
    let time: ReturnType<typeof movableClock>
    let nodes: JobNode[]
    let pushes: { job: string; ids: number[] }[]

    /** A node whose pushes go through `push`, which may forget them, or take its time. */
    async function open(
      push: (go: () => Promise<string[]>, job: string) => Promise<string[]> = (go) => go(),
    ) {
      const through = (queue: Queue, job: string): Queue => ({
        ...beyondTransactions(queue),
        push(name, messages) {
          pushes.push({ job, ids: messages.map(idOf) })
          // As an engine without deduplication would have it.
          return push(() => queue.push(name, messages.map(withoutDedupId)), job)
        },
      })
      const node = await openJobNode(engine.settings, { clock: time.clock, through })
      nodes.push(node)
      return node
    }
    const pushed = () => pushes.flatMap(({ ids }) => ids)
    const left = (node: JobNode) => node.rows('select id from outbox')

    beforeEach(async () => {
      engine = await openEngine()
      time = movableClock()
      nodes = []
      pushes = []
    })
    afterEach(async () => {
      for (const node of nodes) await node.close()
      await engine.remove()
    })

    test('rows leave in order, a hundred a push', async () => {
      const node = await open()
      const ids = range(250)
      await node.enqueue(...ids)
      node.jobs.relay()
      await eventually(async () => (await left(node)).length === 0)
      assert.deepEqual(pushed(), ids)
      assert.deepEqual(
        pushes.map(({ ids }) => ids.length),
        [100, 100, 50],
      )
    })

    test('several relays hand each row on once', async () => {
      const relays = [await open(), await open(), await open()]
      for (const { jobs } of relays) jobs.relay()
      const batches = range(30).map((batch) => range(20).map((id) => batch * 100 + id))
      await Promise.all(batches.map((batch, turn) => relays[turn % 3]?.enqueue(...batch)))
      await Promise.all(relays.map(({ jobs }) => jobs.drain()))
      const sorted = (ids: number[]) => [...ids].sort((one, other) => one - other)
      assert.deepEqual(sorted(pushed()), sorted(batches.flat()))
    })

    test('what a relay had claimed that was killed before the push, another pushes when the claim is over', async () => {
      const hanging = Promise.withResolvers<string[]>()
      const killed = await open(() => hanging.promise)
      killed.jobs.relay()
      await killed.enqueue(1, 2)
      await eventually(() => pushes.length === 1)
      const other = await open()
      await other.jobs.drain()
      assert.deepEqual(pushed(), [1, 2])
      time.advance(CLAIM_SECONDS)
      await other.jobs.drain()
      assert.deepEqual([pushed(), await left(other)], [[1, 2, 1, 2], []])
      await killed.close()
      hanging.reject(new Error('Killed'))
    })

    test('what a relay had pushed that was killed before the delete is pushed twice, and does no harm', async () => {
      const hanging = Promise.withResolvers<string[]>()
      const killed = await open(async (go) => {
        await go()
        return hanging.promise
      })
      killed.jobs.relay()
      await killed.enqueue(1)
      const effects: number[] = []
      const other = await open()
      other.note(async (id) => void effects.push(id))
      await eventually(async () => (await other.rows('select id from queue_messages')).length === 1)
      time.advance(CLAIM_SECONDS)
      await other.jobs.drain()
      assert.deepEqual([effects, await left(other)], [[1, 1], []])
      await killed.close()
      hanging.reject(new Error('Killed'))
    })

    test('a claim made before the clock was set back does not hold its rows for ever', async () => {
      const node = await open()
      await node.enqueue(1)
      await node.change(`update outbox set claimed_until = ${time.clock() + 3_600_000}`)
      await node.jobs.drain()
      assert.deepEqual([pushed(), await left(node)], [[1], []])
    })

    test('an engine that is away keeps its rows, holds up no other, and is asked now and then only', async () => {
      let isAway = true
      const node = await open((go, job) =>
        isAway && job === 'note' ? Promise.reject(new Error('Away')) : go(),
      )
      node.jobs.relay()
      const enqueueOther = (id: number) =>
        node.platform.database.write((tx) => node.jobs.enqueue(tx, 'other', { id }))
      for (const id of range(20)) {
        await node.enqueue(id)
        await enqueueOther(100 + id)
      }
      await eventually(async () => (await left(node)).length === 20)
      const others = pushes.filter(({ job }) => job === 'other').flatMap(({ ids }) => ids)
      assert.deepEqual(
        others,
        range(20).map((id) => 100 + id),
      )
      const asked = pushes.filter(({ job }) => job === 'note').length
      assert.ok(asked > 0 && asked < 10, `asked ${asked} times`)
      isAway = false
      await eventually(async () => (await left(node)).length === 0, RESUMES_WITHIN_MS)
      assert.deepEqual(pushes.at(-1)?.ids, range(20))
    })

    test('what is pushed but could not be deleted is not pushed again when the database is back', async () => {
      const node = await open(async (go) => {
        const ids = await go()
        await node.change('alter table outbox rename to outbox_away')
        return ids
      })
      await node.enqueue(1)
      await assert.rejects(node.jobs.drain())
      await node.change('alter table outbox_away rename to outbox')
      time.advance(CLAIM_SECONDS)
      await node.jobs.drain()
      assert.deepEqual([pushed(), await left(node)], [[1], []])
    })

    test('a stop does not wait for an engine that does not answer', async () => {
      const hanging = Promise.withResolvers<string[]>()
      const node = await open(() => hanging.promise)
      node.jobs.relay()
      await node.enqueue(1)
      await eventually(() => pushes.length === 1)
      const begun = performance.now()
      await node.jobs.stop()
      const stopMs = performance.now() - begun
      hanging.reject(new Error('Away'))
      assert.ok(stopMs < FINISH_MS + 1_000, `${stopMs} ms`)
    })
  })
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index)
}

function idOf({ body }: NewMessage): number {
  return JSON.parse(body).id
}

function withoutDedupId({ dedupId: _, ...message }: NewMessage): NewMessage {
  return message
}
