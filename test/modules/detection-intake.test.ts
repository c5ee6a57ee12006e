import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { loadConfig } from '../../src/config.ts'
import { unavailable } from '../../src/kit/errors.ts'
import { migrations, openDetections } from '../../src/modules/detections/index.ts'
import { migrate } from '../../src/platform/database/index.ts'
import { openPlatform, type Platform } from '../../src/platform/index.ts'
import { migrations as queueTables } from '../../src/platform/queue/index.ts'
import { movableClock } from '../support/clock.ts'
import { withDeadline } from '../support/event-stream.ts'
import { temporaryFolder } from '../support/installation.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const QUEUE = '/api/v1/queues/detections'
const COROLLA = { year: 2011, make: 'Toyota', model: 'Corolla', category: 'Sedan' }

suite('the queue of detections, over HTTP', () => {
  let loggia: TestLoggia
  let admin: Person

  before(async () => {
    loggia = await startLoggia()
    admin = await loggia.registerAdmin('root')
  })
  after(() => loggia.close())

  const push = (...bodies: unknown[]) =>
    loggia.call('POST', `${QUEUE}/messages`, {
      token: admin.token,
      body: { messages: bodies.map((body) => ({ body })) },
    })
  const get = async (path: string) => (await loggia.call('GET', path, { token: admin.token })).body
  const detections = async () => (await get('/api/v1/detections?limit=100')).items

  test('its messages are recorded, known by their source_id or by their own, and raise alerts', async () => {
    const jeep = { Year: 2020, Make: 'Jeep', Model: 'Cherokee', Category: 'SUV, SUSPICIOUS_VEHICLE' }
    const { body } = await push({ ...COROLLA, source_id: 'camera-1' }, jeep, {
      ...COROLLA,
      source_id: 'camera-1',
    })
    await loggia.drain()
    const seen = await detections()
    assert.deepEqual(
      seen.map(({ make, source_id }: { make: string; source_id: string }) => [make, source_id]),
      [
        ['Jeep', `message:${body.ids[1]}`],
        ['Toyota', 'camera-1'],
      ],
    )
    assert.deepEqual((await get('/api/v1/alerts')).items[0].detection, seen[0])
    const { waiting, leased, dead } = await get(QUEUE)
    assert.deepEqual([waiting, leased, dead], [0, 0, 0])
  })

  test('what is no detection goes to the dead letters with the reason, and the others are recorded', async () => {
    const known = (await detections()).length
    await push(COROLLA, { ...COROLLA, year: 'old', colour: 'red' }, 'text', [COROLLA], null, COROLLA)
    await loggia.drain()
    assert.equal((await detections()).length, known + 2)
    const { items } = await get(`${QUEUE}/messages?state=dead`)
    const reasons = items.map(({ reason }: { reason: string }) => reason)
    assert.deepEqual(reasons, [
      'It is no detection: /colour is not a member of this; /year must be integer.',
      'It is no detection: must be object.',
      'It is no detection: must be object.',
      'It is no detection: must be object.',
    ])
  })

  test('a producer cannot take the name of a message', async () => {
    const body = { ...COROLLA, source_id: 'message:1' }
    const refused = await loggia.call('POST', '/api/v1/detections', { token: admin.token, body })
    assert.equal(refused.body.errors[0].pointer, '/source_id')
    await push(body)
    await loggia.drain()
    const { items } = await get(`${QUEUE}/messages?state=dead&limit=100`)
    assert.match(items.at(-1).reason, /source_id/)
  })
})

suite('the queue of detections, while something fails', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let time: ReturnType<typeof movableClock>
  let platform: Platform
  let faults: string[]

  beforeEach(async () => {
    folder = await temporaryFolder()
    time = movableClock()
    faults = []
    const config = loadConfig({ DATA_DIR: folder.path })
    platform = await openPlatform({ config, clock: time.clock, onError: () => {} })
    await migrate(platform.database, { queue: queueTables, detections: migrations })
  })
  afterEach(async () => {
    await platform.close()
    await folder.remove()
  })

  type Room = Parameters<typeof openDetections>[0]
  const open = (more: Partial<Room> = {}) =>
    openDetections({
      db: platform.database,
      clock: time.clock,
      queues: [platform.queue],
      onDetected: async () => {},
      onTaken: () => {},
      onError: (error) => void faults.push((error as Error).message),
      ...more,
    })
  const push = (...models: string[]) =>
    platform.queue.push(
      'detections',
      models.map((model) => ({ body: JSON.stringify({ ...COROLLA, model }) })),
    )
  const modelsIn = async ({ detections }: ReturnType<typeof open>) =>
    (await detections.list({ limit: 1000 })).items.map(({ model }) => model).toReversed()
  const left = async () => {
    const { waiting, leased, dead } = await platform.queue.counts('detections')
    return { waiting, leased, dead }
  }
  /** Its first calls fail. */
  function failing<Arguments extends unknown[], Result>(
    times: number,
    work: (...given: Arguments) => Promise<Result>,
  ) {
    return async (...given: Arguments): Promise<Result> => {
      times -= 1
      if (times >= 0) throw unavailable('engine_away', 'It is away.')
      return work(...given)
    }
  }
  const until = (what: string, done: () => Promise<boolean>) =>
    withDeadline(
      what,
      (async () => {
        while (!(await done())) await nextTurn()
      })(),
    )

  test('a message that is delivered again is recorded once', async () => {
    const { queue } = platform
    const room = open({ queues: [{ ...queue, ack: failing(1, queue.ack) }] })
    await push('a', 'b')
    await assert.rejects(room.intake.drain(), /away/)
    assert.deepEqual(await modelsIn(room), ['a', 'b'])
    time.advance(120)
    await room.intake.drain()
    assert.deepEqual(await modelsIn(room), ['a', 'b'])
    assert.deepEqual(await left(), { waiting: 0, leased: 0, dead: 0 })
  })

  test('a queue that is away is asked again', async () => {
    const { queue } = platform
    const room = open({ queues: [{ ...queue, receive: failing(2, queue.receive) }] })
    await push('a')
    room.intake.start()
    await until('the detection', async () => (await modelsIn(room)).length === 1)
    await room.intake.stop()
    assert.deepEqual(faults, ['It is away.', 'It is away.'])
  })

  test('a database that is away costs no message its life', async () => {
    const write = failing(2, platform.database.write)
    const room = open({ db: { ...platform.database, write: write as Platform['database']['write'] } })
    await push('a', 'b')
    room.intake.start()
    await until('the detections', async () => (await modelsIn(room)).length === 2)
    await room.intake.stop()
    assert.deepEqual(await left(), { waiting: 0, leased: 0, dead: 0 })
  })

  test('one that cannot be stored does not keep the others from it', async () => {
    const room = open({
      async onDetected(_tx, detected) {
        if (detected.some(({ detection }) => detection.model === 'cursed')) throw new Error('Cursed.')
      },
    })
    await push('a', 'cursed', 'b')
    await room.intake.drain()
    assert.deepEqual(await modelsIn(room), ['a', 'b'])
    const { messages } = await platform.queue.browse('detections', {
      state: 'dead',
      limit: 10,
      after: null,
      contains: null,
    })
    assert.deepEqual(
      messages.map(({ reason }) => reason),
      ['Cursed.'],
    )
  })

  test('a stop while the database is away gives back what is in hand', async () => {
    const write = failing(1000, platform.database.write)
    const room = open({ db: { ...platform.database, write: write as Platform['database']['write'] } })
    await push('a')
    room.intake.start()
    await until('a first try', async () => faults.length > 0)
    await withDeadline('the stop', room.intake.stop())
    assert.deepEqual(await left(), { waiting: 1, leased: 0, dead: 0 })
  })

  test('a thousand messages are taken by two processes, each once', async () => {
    const rooms = [open(), open()]
    const models = Array.from({ length: 1000 }, (_, at) => `m${at}`)
    for (let at = 0; at < 1000; at += 100) await push(...models.slice(at, at + 100))
    await Promise.all(rooms.map(({ intake }) => intake.drain()))
    assert.deepEqual((await modelsIn(open())).sort(), models.sort())
  })
})
