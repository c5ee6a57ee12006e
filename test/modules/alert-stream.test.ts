import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { type OpenedStream, openStream, type ServerEvent, withDeadline } from '../support/event-stream.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { tamper } from '../support/stored.ts'

const ALERTS = '/api/v1/alerts'

suite('the stream of alerts', () => {
  let loggia: TestLoggia
  let ana: Person
  let opened: OpenedStream[]

  beforeEach(async () => {
    await start()
  })
  afterEach(() => stop())

  async function start(settings: Record<string, string> = {}): Promise<void> {
    loggia = await startLoggia(settings)
    opened = []
    ana = await loggia.register('ana')
  }

  async function stop(): Promise<void> {
    for (const stream of opened) stream.close()
    await loggia.close()
  }

  /** So many detections that each raise one alert, their years counting up from `year`. */
  async function raise(count: number, year = 1900, more: object = {}): Promise<void> {
    const seen = { make: 'Jeep', model: 'x', category: 'Suspicious_Vehicle', ...more }
    const body = Array.from({ length: count }, (_, at) => ({ ...seen, year: year + (at % 200) }))
    const { status } = await loggia.call('POST', '/api/v1/detections', { token: ana.token, body })
    assert.equal(status, 201)
  }

  async function follow(query = '', headers: Record<string, string> = {}, { token } = ana) {
    const stream = await openStream(loggia.address + ALERTS + query, { token, headers })
    opened.push(stream)
    assert.equal(stream.status, 200)
    return stream
  }

  /** As housekeeping may do one day. */
  const purge = (upToId: number) => tamper(loggia.dataDir, `delete from alerts where id <= ${upToId}`)

  test('tells what comes from now on, as the list shows it', async () => {
    await raise(2)
    const stream = await follow()
    assert.equal(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    assert.equal(stream.headers.get('cache-control'), 'no-cache, no-transform')
    assert.equal(stream.headers.get('x-accel-buffering'), 'no')
    assert.equal(stream.headers.get('vary'), 'Accept')

    await raise(1)
    const { id, event, data } = await stream.next()
    assert.deepEqual([id, event], ['3', 'alert'])
    const list = await loggia.call('GET', ALERTS, { token: ana.token })
    assert.deepEqual(data, list.body.items[0])
  })

  test('two readers both see all, in order', async () => {
    const streams = await Promise.all([follow(), follow('', {}, await loggia.register('ben'))])
    for (let at = 0; at < 5; at += 1) await raise(3)
    for (const stream of streams) assert.deepEqual(idsOf(await stream.take(15)), idsFrom(1, 15))
  })

  test('a reader that comes back sees exactly what it missed, then what comes', async () => {
    const first = await follow()
    await raise(2)
    const [, last] = await first.take(2)
    first.close()
    await raise(3)
    const again = await follow('', { 'last-event-id': String(last?.id) })
    assert.deepEqual(idsOf(await again.take(3)), idsFrom(3, 5))
    await raise(1)
    assert.equal((await again.next()).id, '6')
  })

  test('a reader knows its place before its first alert', async () => {
    await raise(2)
    for (const [query, place] of [
      ['', 2],
      ['?last_event_id=1', 1],
    ] as const) {
      const headers = { accept: 'text/event-stream', authorization: `Bearer ${ana.token}` }
      const answer = await fetch(loggia.address + ALERTS + query, { headers })
      const head = await answer.body?.getReader().read()
      assert.ok(new TextDecoder().decode(head?.value).startsWith(`retry: 2000\nid: ${place}\n\n`))
    }
  })

  test('the place can be given in the address; a header is the newer one', async () => {
    await raise(3)
    assert.deepEqual(idsOf(await (await follow('?last_event_id=1')).take(2)), ['2', '3'])
    const both = await follow('?last_event_id=1', { 'last-event-id': '2' })
    assert.equal((await both.next()).id, '3')
    await raise(1)
    assert.equal((await (await follow('?last_event_id=3', { 'last-event-id': '' })).next()).id, '4')
  })

  test('a long history is told without a hole while more is added', async () => {
    for (let at = 0; at < 4; at += 1) await raise(700)
    const streams = await Promise.all(Array.from({ length: 5 }, () => follow('?last_event_id=0')))
    const adding = Promise.all(Array.from({ length: 20 }, () => raise(10)))
    for (const stream of streams) assert.deepEqual(idsOf(await stream.take(3_000)), idsFrom(1, 3_000))
    await adding
  })

  test('two hundred readers get fifty alerts each, in order, without holes', async () => {
    const streams = await Promise.all(Array.from({ length: 200 }, () => follow()))
    const raising = Promise.all(Array.from({ length: 50 }, () => raise(1)))
    const seen = await Promise.all(streams.map((stream) => stream.take(50)))
    for (const events of seen) assert.deepEqual(idsOf(events), idsFrom(1, 50))
    await raising
  })

  for (const [what, lastEventId, purged, expected] of [
    ['nothing was purged', 0, 0, ['alert 1', 'alert 2', 'alert 3', 'alert 4']],
    ['only what it had was purged', 2, 2, ['alert 3', 'alert 4']],
    ['some of what it missed was purged', 0, 2, ['gap 1-2 then 2', 'alert 3', 'alert 4']],
    ['all of what it missed was purged', 1, 4, ['gap 2-4 then 4']],
    ['it missed nothing', 4, 4, []],
    ['its id was never given out', 9, 0, ['gap 5-9 then 4']],
  ] as const) {
    test(`a reader that comes back when ${what}`, async () => {
      await raise(4)
      await purge(purged)
      const stream = await follow(`?last_event_id=${lastEventId}`)
      await raise(1)
      const events = await stream.take(expected.length + 1)
      assert.deepEqual(events.map(describe), [...expected, 'alert 5'])
    })
  }

  test('what another process raises is found without a poke', async () => {
    const stream = await follow()
    const other = await startLoggia({}, { dataDir: loggia.dataDir })
    const body = { year: 2020, make: 'Jeep', model: 'x', category: 'SUSPICIOUS_VEHICLE' }
    await other.call('POST', '/api/v1/detections', { token: ana.token, body })
    assert.equal((await stream.next()).id, '1')
    await other.close()
  })

  test('a reader that does not read is cut, and nobody else notices; it resumes where it was', async () => {
    const idle = await openStream(loggia.address + ALERTS, { token: ana.token })
    opened.push(idle)
    const awake = await follow()
    const wide = {
      make: 'm'.repeat(100),
      model: 'm'.repeat(100),
      category: `SUSPICIOUS_VEHICLE, ${'c'.repeat(180)}`,
    }
    for (let at = 0; at < 24; at += 1) {
      await raise(1000, 1900, wide)
      assert.equal((await awake.take(1000)).at(-1)?.id, String((at + 1) * 1000))
    }
    const seen = (await idle.ended()).length
    assert.ok(seen < 24_000)
    const resumed = await follow(`?last_event_id=${seen}`)
    assert.deepEqual(idsOf(await resumed.take(24_000 - seen)), idsFrom(seen + 1, 24_000))
  })

  test('the reader of one session is not the reader of another: it ends with its own', async () => {
    const other = await loggia.signIn('ana', ana.password)
    const [mine, theirs] = [await follow(), await follow('', {}, other)]
    await loggia.call('POST', '/api/v1/auth/logout', { token: other.token })
    assert.deepEqual(await theirs.ended(), [])
    await raise(1)
    assert.equal((await mine.next()).id, '1')
  })

  test('a stream ends when its account is disabled', async () => {
    const admin = await loggia.registerAdmin('root')
    const stream = await follow()
    const patch = { token: admin.token, body: { disabled: true } }
    assert.equal((await loggia.call('PATCH', `/api/v1/users/${ana.id}`, patch)).status, 200)
    assert.deepEqual(await stream.ended(), [])
  })

  test('a stream ends with its token', async () => {
    await stop()
    await start({ ACCESS_TOKEN_TTL: '2s' })
    assert.deepEqual(await (await follow()).ended(), [])
  })

  test('a stopping server ends its streams and waits for nobody', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, () => follow()))
    await withDeadline('the server to stop', loggia.close())
    for (const stream of streams) assert.deepEqual(await stream.ended(), [])
    await start()
  })

  for (const [what, query, headers, status] of [
    ['an id that is none', '?last_event_id=x', {}, 422],
    ['an id that is none in the header', '', { 'last-event-id': 'x' }, 422],
    ['a token of nobody', '', { authorization: 'Bearer x' }, 401],
    ['no token', '', { authorization: '' }, 401],
  ] as const) {
    test(`refused: ${what}`, async () => {
      const stream = await openStream(loggia.address + ALERTS + query, { token: ana.token, headers })
      assert.equal(stream.status, status)
      assert.match(String(stream.headers.get('content-type')), /^application\/problem\+json/)
      stream.close()
    })
  }

  test('HEAD is answered at once', async () => {
    const headers = { accept: 'text/event-stream' }
    assert.equal((await loggia.call('HEAD', ALERTS, { token: ana.token, headers })).status, 200)
  })
})

function idsOf(events: ServerEvent[]): (string | undefined)[] {
  return events.map(({ id }) => id)
}

function idsFrom(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, at) => String(first + at))
}

function describe({ id, event, data }: ServerEvent): string {
  return event === 'gap' ? `gap ${data.from}-${data.to} then ${id}` : `${event} ${id}`
}
