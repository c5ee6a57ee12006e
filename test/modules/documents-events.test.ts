import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openStream, type ServerEvent } from '../support/event-stream.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('the stream of documents', () => {
  let loggia: TestLoggia
  let ana: Person
  let ben: Person

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
    ben = await loggia.register('ben')
  })
  after(() => loggia.close())

  const ask = async ({ id, token }: Person): Promise<number> => {
    const body = { template: 'profile', subject_id: id }
    return (await loggia.call('POST', '/api/v1/documents', { token, body })).body.id
  }
  const open = ({ token }: Person, headers: Record<string, string> = {}, query = '') =>
    openStream(`${loggia.address}/api/v1/documents/events${query}`, { token, headers })
  /** Events up to the one that tells that it is ready. */
  const untilReady = async (stream: Awaited<ReturnType<typeof open>>, id: number) => {
    const events: ServerEvent[] = []
    do events.push(await stream.next())
    while (events.at(-1)?.data.id !== id || events.at(-1)?.data.state !== 'ready')
    return events
  }

  test('tells each state of my documents, in order, as the document itself is shown', async () => {
    const stream = await open(ana)
    assert.match(String(stream.headers.get('content-type')), /^text\/event-stream/)
    const id = await ask(ana)
    const events = await untilReady(stream, id)
    stream.close()
    assert.equal(events[0]?.data.state, 'queued')
    const progress = events.map(({ data }) => data.progress)
    assert.deepEqual(
      progress,
      progress.toSorted((one, other) => one - other),
    )
    assert.ok(events.every(({ event, data }) => event === 'document' && data.id === id))
    const shown = await loggia.call('GET', `/api/v1/documents/${id}`, { token: ana.token })
    assert.deepEqual(events.at(-1)?.data, shown.body)
  })

  test("tells nobody of somebody else's", async () => {
    const stream = await open(ben)
    await ask(ana)
    await loggia.drain()
    const own = await ask(ben)
    assert.equal((await stream.next()).data.id, own)
    stream.close()
  })

  test('goes on after the last event that was seen, and tells what happened meanwhile', async () => {
    const stream = await open(ana)
    const seen = (await untilReady(stream, await ask(ana))).at(-1)
    stream.close()
    const [one, two] = [await ask(ana), await ask(ana)]
    await loggia.drain()
    const resumed = await open(ana, { 'last-event-id': String(seen?.id) })
    const missed = await resumed.take(2)
    resumed.close()
    assert.deepEqual(new Set(missed.map(({ data }) => data.id)), new Set([one, two]))
    assert.ok(missed.every(({ data }) => data.state === 'ready'))
    assert.ok(missed.every(({ id }) => Number(id) > Number(seen?.id)))
  })

  const beginnings: [what: string, id: string][] = [
    ['0', '0'],
    ['an id of a history that is gone', '999999999'],
  ]
  for (const [what, lastEventId] of beginnings) {
    test(`begins with every document after ${what}`, async () => {
      const eva = await loggia.register(`eva after ${what}`)
      const ids = [await ask(eva), await ask(eva)]
      await loggia.drain()
      const stream = await open(eva, {}, `?last_event_id=${lastEventId}`)
      const told = (await stream.take(2)).map(({ data }) => data.id)
      stream.close()
      assert.deepEqual(new Set(told), new Set(ids))
    })
  }

  test('opens with a ticket, and ends with the session that it is of', async () => {
    const eva = await loggia.register('eva with a ticket')
    const { body } = await loggia.call('POST', '/api/v1/alerts/tickets', { token: eva.token })
    const url = `${loggia.address}/api/v1/documents/events?ticket=${body.ticket}`
    const stream = await openStream(url)
    const id = await ask(eva)
    await untilReady(stream, id)
    await loggia.call('POST', '/api/v1/auth/logout-all', { token: eva.token })
    await stream.ended()
  })

  const refusals: [why: string, query: string, token: () => string | undefined, status: number][] = [
    ['no token', '', () => undefined, 401],
    ['a made up ticket', '?ticket=x', () => undefined, 401],
    ['an id that is no number', '?last_event_id=x', () => ana.token, 422],
    ['an unknown parameter', '?user=1', () => ana.token, 422],
  ]
  for (const [why, query, tokenOf, status] of refusals) {
    test(`refused: ${why}`, async () => {
      const token = tokenOf()
      const refused = await loggia.call('GET', `/api/v1/documents/events${query}`, token ? { token } : {})
      assert.equal(refused.status, status)
    })
  }
})
