import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openStream } from '../support/event-stream.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const ALERTS = '/api/v1/alerts'

suite('tickets for the stream of alerts', () => {
  let loggia: TestLoggia
  let ana: Person
  let now = Date.now()

  before(async () => {
    loggia = await startLoggia({}, { clock: () => now })
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  async function takeTicket({ token } = ana): Promise<string> {
    const { status, body } = await loggia.call('POST', `${ALERTS}/tickets`, { token })
    assert.equal(status, 201)
    assert.equal(body.expires_in, 60)
    return body.ticket
  }

  /** What a page's EventSource sends, and what curl sends. */
  const present = (ticket: string, accept = 'text/event-stream') =>
    openStream(`${loggia.address}${ALERTS}?ticket=${ticket}`, { headers: { accept } })

  test('a ticket opens the stream once', async () => {
    const ticket = await takeTicket()
    const stream = await present(ticket, '*/*')
    assert.equal(stream.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    const body = { year: 2020, make: 'Jeep', model: 'x', category: 'SUSPICIOUS_VEHICLE' }
    await loggia.call('POST', '/api/v1/detections', { token: ana.token, body })
    assert.equal((await stream.next()).event, 'alert')
    stream.close()

    const again = await loggia.call('GET', `${ALERTS}?ticket=${ticket}`)
    assert.deepEqual([again.status, again.body.code], [401, 'ticket_invalid'])
  })

  test('its stream ends with the session that asked for it', async () => {
    const other = await loggia.signIn('ana', ana.password)
    const stream = await present(await takeTicket(other))
    const unspent = await takeTicket(other)
    await loggia.call('POST', '/api/v1/auth/logout', { token: other.token })
    assert.deepEqual(await stream.ended(), [])
    assert.equal((await loggia.call('GET', `${ALERTS}?ticket=${unspent}`)).body.code, 'ticket_invalid')
  })

  test('it is good for a minute', async () => {
    const ticket = await takeTicket()
    now += 60_000
    assert.equal((await loggia.call('GET', `${ALERTS}?ticket=${ticket}`)).body.code, 'ticket_invalid')
  })

  test('it is no credential anywhere else, nor beside a header', async () => {
    const ticket = await takeTicket()
    assert.equal(
      (await loggia.call('GET', `/api/v1/tasks?ticket=${ticket}`)).body.code,
      'credentials_missing',
    )
    const wrong = await loggia.call('GET', `${ALERTS}?ticket=${ticket}`, { token: 'x' })
    assert.equal(wrong.body.code, 'token_invalid')
    const bearer = await loggia.call('GET', ALERTS, { token: ticket })
    assert.equal(bearer.body.code, 'token_invalid')
    const stream = await present(ticket)
    assert.equal(stream.status, 200)
    stream.close()
  })

  for (const query of ['?ticket=', '?ticket=x', '?ticket=a&ticket=b', '']) {
    test(`refused: GET alerts${query}`, async () => {
      assert.equal((await loggia.call('GET', ALERTS + query)).status, 401)
    })
  }
})
