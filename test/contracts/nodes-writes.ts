import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Person } from '../support/loggia.ts'
import type { Nodes } from '../support/nodes.ts'
import { assertProblem } from '../support/problem.ts'

const TASKS = '/api/v1/tasks'
const QUEUE = '/api/v1/queues/repeated'
const ROUNDS = 20
const PEOPLE = 4
const PAIRS = 60
/** Much less than the poll would wait unwoken, much more than a push takes. */
const WOKEN_WITHIN_MS = 2_000

const SETTINGS = { max_deliveries: 5, lease_seconds: 60, ttl_seconds: null }

export function writesOverNodes(start: () => Promise<Nodes>): void {
  suite('a write', () => {
    let nodes: Nodes
    let ana: Person
    let root: Person

    before(async () => {
      nodes = await start()
      ana = await nodes.at(0).register('ana')
      root = await nodes.at(0).registerAdmin('root')
    })
    after(() => nodes.close())

    const textsOn = async (turn: number, { token }: Person): Promise<string[]> => {
      const { body } = await nodes.at(turn).call('GET', `${TASKS}?limit=100`, { token })
      return body.items.map(({ text }: { text: string }) => text).sort()
    }

    for (const [what, path, bodyOf, who] of [
      ['a task', TASKS, (round: number) => ({ text: `round ${round}` }), () => ana],
      ['a message', `${QUEUE}/messages`, (round: number) => ({ body: `round ${round}` }), () => root],
    ] as const) {
      test(`of ${what} sent to all nodes at once under one Idempotency-Key takes effect once; each answer is the same or 409`, async () => {
        for (let round = 0; round < ROUNDS; round += 1) {
          const headers = { 'idempotency-key': `key of round ${round}` }
          const call = { token: who().token, body: bodyOf(round), headers }
          const answers = await Promise.all(
            Array.from({ length: 6 }, (_, turn) => nodes.at(turn).call('POST', path, call)),
          )
          const made = answers.filter(({ status }) => status === 201)
          for (const answer of answers.filter(({ status }) => status !== 201)) {
            assertProblem(answer, 409, 'idempotency_in_progress')
          }
          assert.equal(new Set(made.map(({ body }) => JSON.stringify(body))).size, 1)
        }
      })
    }

    test('was repeated in vain: there is one task and one message of each round', async () => {
      const texts = Array.from({ length: ROUNDS }, (_, round) => `round ${round}`).sort()
      assert.deepEqual(await textsOn(1, ana), texts)
      const call = { token: root.token, body: { max: 100, lease_seconds: 60 } }
      const { body } = await nodes.at(2).call('POST', `${QUEUE}/receive`, call)
      assert.deepEqual(body.messages.map((message: { body: string }) => message.body).sort(), texts)
    })

    test('on one node is in the list that is read next on any other', async () => {
      const people = await Promise.all(
        Array.from({ length: PEOPLE }, (_, at) => nodes.at(at).register(`writer${at}`)),
      )
      await Promise.all(
        people.map(async (person, first) => {
          const kept = new Map<number, string>()
          for (let pair = 0; pair < PAIRS; pair += 1) {
            // Every pair of nodes has its turn, and each node has the list of before at hand.
            const [writer, reader] = [nodes.at(first + pair), first + pair + 1 + (pair % 2)]
            const [oldest] = kept.keys()
            const text = `${person.username} ${pair}`
            if (oldest !== undefined && pair % 3 === 2) {
              await writer.call('DELETE', `${TASKS}/${oldest}`, { token: person.token })
              kept.delete(oldest)
            } else {
              const { body } = await writer.call('POST', TASKS, { token: person.token, body: { text } })
              kept.set(body.id, text)
            }
            assert.deepEqual(await textsOn(reader, person), [...kept.values()].sort(), `pair ${pair}`)
          }
        }),
      )
    })

    test('to a queue on one node wakes who waits for it on another', async () => {
      const { token } = root
      const queue = '/api/v1/queues/woken'
      await nodes.at(0).call('PUT', queue, { token, body: SETTINGS })
      for (let round = 0; round < ROUNDS; round += 1) {
        const [far, near] = [nodes.at(round), nodes.at(round + 1)]
        const body = { wait_seconds: 20, lease_seconds: 60 }
        const waiting = far.call('POST', `${queue}/receive`, { token, body })
        // It has come before this is answered.
        await far.call('GET', queue, { token })
        const began = performance.now()
        const pushed = await near.call('POST', `${queue}/messages`, { token, body: { body: round } })
        assert.equal(pushed.status, 201)
        const { messages } = (await waiting).body
        assert.ok(performance.now() - began < WOKEN_WITHIN_MS, `${performance.now() - began} ms`)
        assert.deepEqual(
          messages.map((message: { body: unknown }) => message.body),
          [round],
        )
      }
    })
  })
}
