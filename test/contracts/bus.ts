import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Bus } from '../../src/platform/bus/index.ts'
import { withDeadline } from '../support/event-stream.ts'

/** Two processes' ends of one bus; of a bus that stays in one process, the same end twice. */
export interface TwoEnds {
  bus: Bus
  other: Bus
  close(): Promise<void>
}

/** What every bus does, whatever carries it. */
export function busContract(name: string, open: () => Promise<TwoEnds>, skip: string | false = false) {
  suite(name, { skip }, () => {
    let ends: TwoEnds
    before(async () => {
      ends = await open()
    })
    after(() => ends.close())

    for (const which of ['bus', 'other'] as const) {
      test(`a poke reaches who listens at ${which === 'bus' ? 'the same' : 'the other'} end`, async () => {
        const { poked } = listenOnce(ends[which], 'topic')
        ends.bus.publish('topic')
        await withDeadline('a poke', poked)
      })
    }

    test('a poke is for its topic alone', async () => {
      const { poked } = listenOnce(ends.other, 'wanted')
      const heard: string[] = []
      const ended = ['unwanted', 'want', 'wanted-too'].map((topic) =>
        ends.other.subscribe(topic, () => heard.push(topic)),
      )
      ends.bus.publish('wanted')
      await withDeadline('a poke', poked)
      for (const end of ended) end()
      assert.deepEqual(heard, [])
    })

    test('everybody who listens to a topic is poked', async () => {
      const listening = [ends.bus, ends.bus, ends.other, ends.other].map((end) => listenOnce(end, 'all'))
      ends.bus.publish('all')
      await withDeadline('four pokes', Promise.all(listening.map(({ poked }) => poked)))
    })

    test('who has ended the subscription is left alone', async () => {
      let count = 0
      const end = ends.other.subscribe('ended', () => {
        count += 1
      })
      end()
      const { poked } = listenOnce(ends.other, 'ended')
      ends.bus.publish('ended')
      await withDeadline('a poke', poked)
      assert.equal(count, 0)
    })

    test('a thousand pokes of one turn are heard, and none of them throws', async () => {
      const topics = Array.from({ length: 1000 }, (_, index) => `topic ${index}`)
      const listening = topics.map((topic) => listenOnce(ends.other, topic))
      for (const topic of topics) ends.bus.publish(topic)
      await withDeadline('a thousand pokes', Promise.all(listening.map(({ poked }) => poked)))
    })

    for (const topic of ["it's; \"quoted\" \\ 'text'", 'тема 主题 🚗', 'x'.repeat(10_000)]) {
      test(`a topic may be any text: ${topic.slice(0, 30)}`, async () => {
        const { poked } = listenOnce(ends.other, topic)
        ends.bus.publish(topic)
        await withDeadline('a poke', poked)
      })
    }
  })
}

function listenOnce(bus: Bus, topic: string): { poked: Promise<void> } {
  const { promise: poked, resolve } = Promise.withResolvers<void>()
  const end = bus.subscribe(topic, () => {
    end()
    resolve()
  })
  return { poked }
}
