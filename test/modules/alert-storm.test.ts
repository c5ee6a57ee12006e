import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openStream, type ServerEvent } from '../support/event-stream.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const READERS = 100
const ALERTS = 60
const STORMS = 4

suite('readers that all come back at once', () => {
  let loggia: TestLoggia
  let ana: Person

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  async function raise(make: string): Promise<void> {
    const body = { year: 2000, make, model: 'x', category: 'SUSPICIOUS_VEHICLE' }
    const { status } = await loggia.call('POST', '/api/v1/detections', { token: ana.token, body })
    assert.equal(status, 201)
  }

  async function raiseAll(): Promise<void> {
    for (let at = 0; at < ALERTS; at += 1) await raise(at % 3 === 0 ? 'Jeep' : 'Opel')
  }

  /** What one reader sees while it leaves and comes again after each part of what it waits for. */
  async function follow(query: string, count: number): Promise<ServerEvent[]> {
    const events: ServerEvent[] = []
    let lastId = '0'
    for (let storm = 1; storm <= STORMS; storm += 1) {
      const headers = { 'last-event-id': lastId }
      const stream = await openStream(`${loggia.address}/api/v1/alerts${query}`, {
        token: ana.token,
        headers,
      })
      events.push(...(await stream.take(count / STORMS)))
      stream.close()
      lastId = String(events.at(-1)?.id)
    }
    return events
  }

  test('see each alert once and in order, whatever they ask for', async () => {
    const steady = await openStream(`${loggia.address}/api/v1/alerts`, { token: ana.token })
    const ofAll = Array.from({ length: READERS }, () => follow('', ALERTS))
    const ofJeeps = Array.from({ length: READERS }, () => follow('?make=jeep', ALERTS / 3))
    await raiseAll()
    const ids = Array.from({ length: ALERTS }, (_, at) => String(at + 1))
    for (const events of await Promise.all(ofAll)) assert.deepEqual(idsOf(events), ids)
    const jeeps = ids.filter((_, at) => at % 3 === 0)
    for (const events of await Promise.all(ofJeeps)) assert.deepEqual(idsOf(events), jeeps)
    assert.deepEqual(idsOf(await steady.take(ALERTS)), ids)
    steady.close()
  })
})

function idsOf(events: ServerEvent[]): (string | undefined)[] {
  return events.map(({ id }) => id)
}
