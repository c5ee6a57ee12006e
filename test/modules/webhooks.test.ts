import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { withDeadline } from '../support/event-stream.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'
import { type Posted, startReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts'

const WEBHOOKS = '/api/v1/webhooks'
const SECRET = `whsec_${Buffer.from('a secret of twenty-four.').toString('base64')}`
/** Longer than any pause between two tries. */
const PAUSE_SECONDS = 2 * 3600
const TRIES = 12

suite('webhooks', () => {
  let loggia: TestLoggia
  let time: ReturnType<typeof movableClock>
  let admin: Person
  let receiver: WebhookReceiver

  beforeEach(async () => {
    receiver = await startReceiver()
    await start({ WEBHOOK_ALLOW_PRIVATE: 'true' })
  })
  afterEach(async () => {
    await loggia.close()
    await receiver.close()
  })

  async function start(settings: Record<string, string>): Promise<void> {
    time = movableClock()
    // A moved clock moves no delays in RabbitMQ.
    const all = { ACCESS_TOKEN_TTL: '30d', AMQP_URL: '', ...settings }
    loggia = await startLoggia(all, { clock: time.clock })
    admin = await loggia.registerAdmin('root')
  }

  const call = (method: string, path: string, body?: unknown) =>
    loggia.call(method, path, { token: admin.token, ...(body === undefined ? {} : { body }) })
  const add = async (more: object = {}) => {
    const url = `http://127.0.0.1:${receiver.port}/hook`
    const made = await call('POST', WEBHOOKS, { url, ...more })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    return made.body
  }
  /** So many alerts, one for each. */
  const raise = async (count: number, make = 'Jeep') => {
    const seen = { year: 2020, make, model: 'x', category: 'SUSPICIOUS_VEHICLE' }
    await call(
      'POST',
      '/api/v1/detections',
      Array.from({ length: count }, () => seen),
    )
    await loggia.drain()
  }
  const deliveryOf = async ({ id }: { id: number }) =>
    (await call('GET', `${WEBHOOKS}/${id}`)).body.last_delivery
  const idsPosted = () => receiver.posted.map(({ body }) => JSON.parse(body).id).sort((a, b) => a - b)

  test('each alert is posted as the list shows it, signed as Standard Webhooks are', async () => {
    await raise(1)
    const webhook = await add({ secret: SECRET })
    assert.deepEqual([webhook.secret, webhook.last_delivery], [SECRET, null])
    await raise(1)
    const [posted, ...more] = receiver.posted as [Posted]
    assert.deepEqual(more, [])
    assert.equal(posted.path, '/hook')
    assert.equal(posted.headers['content-type'], 'application/json')
    assert.deepEqual(JSON.parse(posted.body), (await call('GET', '/api/v1/alerts')).body.items[0])

    const { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': signature } = posted.headers
    const key = Buffer.from(SECRET.replace('whsec_', ''), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${seconds}.${posted.body}`).digest('base64')
    assert.equal(signature, `v1,${expected}`)
    assert.ok(Math.abs(Number(seconds) * 1000 - Date.now()) < 60_000)
    const { alert_id, status, error } = await deliveryOf(webhook)
    assert.deepEqual([alert_id, status, error], [2, 204, null])
  })

  test('many alerts leave, each once, to everybody who asked for them', async () => {
    const rule = await call('POST', '/api/v1/alert-rules', { name: 'Ladas', make: 'Lada' })
    await add({ url: `http://127.0.0.1:${receiver.port}/ladas`, rule_id: rule.body.id })
    await add({ url: `http://localhost:${receiver.port}/all` })
    await raise(300)
    await raise(2, 'Lada')
    const of = (path: string) => receiver.posted.filter((posted) => posted.path === path)
    assert.deepEqual([of('/ladas').length, of('/all').length], [2, 304])
    assert.equal(new Set(receiver.posted.map(({ headers }) => headers['webhook-id'])).size, 306)
  })

  test('what is not taken is sent again under the same id, until it is', async () => {
    const webhook = await add()
    receiver.answer = (response) => response.writeHead(500).end('no')
    await raise(1)
    assert.deepEqual(
      [receiver.posted.length, (await deliveryOf(webhook)).error],
      [1, '500 Internal Server Error'],
    )
    receiver.answer = (response) => response.socket?.destroy()
    time.advance(PAUSE_SECONDS)
    await loggia.drain()
    assert.deepEqual((await deliveryOf(webhook)).status, null)
    receiver.answer = (response) => response.writeHead(200).end()
    time.advance(PAUSE_SECONDS)
    await loggia.drain()
    const { status, error } = await deliveryOf(webhook)
    assert.deepEqual([status, error], [200, null])
    time.advance(PAUSE_SECONDS)
    await loggia.drain()
    assert.equal(receiver.posted.length, 3)
    assert.equal(new Set(receiver.posted.map(({ headers }) => headers['webhook-id'])).size, 1)
    assert.equal(new Set(receiver.posted.map(({ headers }) => headers['webhook-timestamp'])).size, 3)
  })

  test('what is never taken is given up', async () => {
    const webhook = await add()
    receiver.answer = (response) => response.writeHead(410).end()
    await raise(1)
    for (let tries = 1; tries < TRIES + 2; tries += 1) {
      time.advance(PAUSE_SECONDS)
      await loggia.drain()
    }
    assert.equal(receiver.posted.length, TRIES)
    assert.equal((await deliveryOf(webhook)).error, 'Given up: 410 Gone')
  })

  test('a receiver that is away holds up nobody else', async () => {
    await add({ url: 'http://127.0.0.1:9/' })
    await add()
    await raise(20)
    assert.equal(receiver.posted.length, 20)
  })

  test('a redirect is not followed', async () => {
    const webhook = await add()
    receiver.answer = (response) =>
      response.writeHead(307, { location: `http://127.0.0.1:${receiver.port}/elsewhere` }).end()
    await raise(1)
    assert.equal(receiver.posted.length, 1)
    assert.equal((await deliveryOf(webhook)).error, '307 Temporary Redirect')
  })

  test('an answer without end is not read', async () => {
    const webhook = await add()
    const left = new Promise<void>((resolve) => {
      receiver.answer = (response) => {
        response.writeHead(200)
        const more = () =>
          void (response.write('x'.repeat(100_000)) ? setImmediate(more) : response.once('drain', more))
        more()
        once(response as ServerResponse, 'close').then(() => resolve())
      }
    })
    await raise(1)
    await withDeadline('the end of the connection', left)
    assert.equal((await deliveryOf(webhook)).error, null)
  })

  test('one that was deleted is sent nothing more', async () => {
    const webhook = await add()
    receiver.answer = (response) => response.writeHead(500).end()
    await raise(1)
    assert.equal((await call('DELETE', `${WEBHOOKS}/${webhook.id}`)).status, 204)
    assertProblem(await call('DELETE', `${WEBHOOKS}/${webhook.id}`), 404, 'webhook_not_found')
    assertProblem(await call('GET', `${WEBHOOKS}/${webhook.id}`), 404, 'webhook_not_found')
    time.advance(PAUSE_SECONDS)
    await raise(1)
    assert.deepEqual(idsPosted(), [1])
  })

  test('a list shows them, and no secret', async () => {
    const [first, second] = [await add(), await add({ secret: SECRET })]
    assert.match(first.secret, /^whsec_[\w+/]{43}=$/)
    const { body } = await call('GET', WEBHOOKS)
    const shown = [second, first].map(({ secret, ...webhook }) => webhook)
    assert.deepEqual(body.items, shown)
    assert.deepEqual((await call('GET', `${WEBHOOKS}/${first.id}`)).body, shown[1])
  })

  test('a name that leads to this machine is not connected to', async () => {
    await loggia.close()
    await start({})
    const webhook = await add({ url: `http://localhost:${receiver.port}/hook` })
    await raise(1)
    const { status, error } = await deliveryOf(webhook)
    assert.equal(status, null)
    assert.match(error, /address is private/)
    assert.equal(receiver.connections, 0)
  })

  test('addresses that are not public are refused', async () => {
    await loggia.close()
    await start({})
    for (const host of [
      '127.0.0.1',
      '127.1',
      '0x7f000001',
      '2130706433',
      '0.0.0.0',
      '10.1.2.3',
      '100.64.0.1',
      '169.254.169.254',
      '172.31.255.255',
      '192.168.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '[::]',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:8.8.8.8]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '[2001:db8::1]',
      '[fe80::1]',
      '[fd00::1]',
      '[ff02::1]',
    ]) {
      const { status, body } = await call('POST', WEBHOOKS, { url: `https://${host}/` })
      assert.deepEqual([status, body.errors?.[0].pointer], [422, '/url'], host)
    }
    for (const host of ['8.8.8.8', '172.32.0.1', '[2606:4700::1111]', 'example.org'])
      assert.equal((await call('POST', WEBHOOKS, { url: `https://${host}/` })).status, 201, host)
  })

  for (const [what, body, pointer] of [
    ['no address', {}, '/url'],
    ['something else than HTTP', { url: 'file:///etc/passwd' }, '/url'],
    ['no URL', { url: 'https://' }, '/url'],
    ['a password', { url: 'https://me:secret@example.org' }, '/url'],
    ['a rule that is none', { url: 'https://example.org', rule_id: 99 }, '/rule_id'],
    ['a short secret', { url: 'https://example.org', secret: 'whsec_c2hvcnQ=' }, '/secret'],
    ['a secret without its mark', { url: 'https://example.org', secret: 'x'.repeat(40) }, '/secret'],
    ['an unknown member', { url: 'https://example.org', events: [] }, '/events'],
  ] as const) {
    test(`refused: a webhook with ${what}`, async () => {
      const refused = await call('POST', WEBHOOKS, body)
      assert.deepEqual([refused.status, refused.body.errors[0].pointer], [422, pointer])
    })
  }
})
