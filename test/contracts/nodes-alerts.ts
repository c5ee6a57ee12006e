import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openStream, type ServerEvent } from '../support/event-stream.ts'
import type { Person, TestLoggia } from '../support/loggia.ts'
import type { Nodes } from '../support/nodes.ts'

const POSTS = 30
const EACH = 3
const MOVES = 6

export function alertsOverNodes(start: () => Promise<Nodes>): void {
  suite('alerts', () => {
    let nodes: Nodes
    let ana: Person
    let raised = 0

    before(async () => {
      nodes = await start()
      ana = await nodes.at(0).register('ana')
    })
    after(() => nodes.close())

    /** Detections on all nodes at once; resolves with the ids of the alerts that they raise. */
    async function raiseOnAll(): Promise<string[]> {
      const seen = { year: 2020, make: 'Jeep', model: 'x', category: 'SUSPICIOUS_VEHICLE' }
      const answers = await Promise.all(
        Array.from({ length: POSTS }, (_, turn) => {
          const body = Array.from({ length: EACH }, () => seen)
          return nodes.at(turn).call('POST', '/api/v1/detections', { token: ana.token, body })
        }),
      )
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]))
      const first = raised + 1
      raised += POSTS * EACH
      return Array.from({ length: POSTS * EACH }, (_, at) => String(first + at))
    }

    const follow = ({ address }: TestLoggia, headers: Record<string, string> = {}) =>
      openStream(`${address}/api/v1/alerts`, { token: ana.token, headers })

    test('raised on all nodes at once reach the streams of every node once and in order', async () => {
      const streams = await Promise.all([...nodes.all, ...nodes.all].map((node) => follow(node)))
      const ids = await raiseOnAll()
      for (const stream of streams) assert.deepEqual(idsOf(await stream.take(ids.length)), ids)
      for (const stream of streams) stream.close()
    })

    test('reach a stream that moves from node to node meanwhile without a gap and without a repeat', async () => {
      let stream = await follow(nodes.at(0))
      const raising = raiseOnAll()
      const events: ServerEvent[] = []
      for (let move = 1; events.length < POSTS * EACH; move += 1) {
        events.push(...(await stream.take((POSTS * EACH) / MOVES)))
        stream.close()
        stream = await follow(nodes.at(move), { 'last-event-id': String(events.at(-1)?.id) })
      }
      assert.deepEqual(idsOf(events), await raising)
      const more = await raiseOnAll()
      assert.deepEqual(idsOf(await stream.take(more.length)), more)
      stream.close()
    })
  })
}

function idsOf(events: ServerEvent[]): (string | undefined)[] {
  return events.map(({ id }) => id)
}
