import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { openStream, type ServerEvent } from '../support/event-stream.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'
import { stored } from '../support/stored.ts'

const ALERTS = '/api/v1/alerts'
const RULES = '/api/v1/alert-rules'
const SEEN = { year: 2020, make: 'Jeep', model: 'Cherokee', category: 'Pickup' }

suite('what rules ask for', () => {
  let loggia: TestLoggia
  let time: ReturnType<typeof movableClock>
  let admin: Person

  beforeEach(async () => {
    time = movableClock()
    loggia = await startLoggia(
      { ACCESS_TOKEN_TTL: '365d', SESSION_TTL: '365d', ALERT_RETENTION: '10d' },
      { clock: time.clock },
    )
    admin = await loggia.registerAdmin('root')
  })
  afterEach(() => loggia.close())

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    loggia.call(method, path, { token: admin.token, headers, ...(body === undefined ? {} : { body }) })
  const detect = (...some: object[]) =>
    call(
      'POST',
      '/api/v1/detections',
      some.map((more) => ({ ...SEEN, ...more })),
    )
  async function addRule(rule: object): Promise<number> {
    const made = await call('POST', RULES, { name: 'rule', ...rule })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    return made.body.id
  }
  async function alerted(query = ''): Promise<string> {
    const { body } = await call('GET', `${ALERTS}?limit=100${query}`)
    const seen = body.items.map((alert: { detection: { model: string } }) => alert.detection.model)
    return seen.toReversed().join(' ')
  }

  for (const [rule, expected] of [
    [{ year_min: 2000 }, '2000 2001'],
    [{ year_max: 2000 }, '1999 2000'],
    [{ year_min: 2000, year_max: 2000 }, '2000'],
    [{ year_min: 2000, make: 'Jeep' }, '2000'],
    [{ year_max: 2001, category_contains: 'suv' }, '2001'],
    [{ year_min: 2000, make: null, category_contains: null }, '2000 2001'],
  ] as const) {
    test(`${JSON.stringify(rule)} alerts of ${expected}`, async () => {
      await addRule(rule)
      await detect(
        { year: 1999, model: '1999' },
        { year: 2000, model: '2000' },
        { year: 2001, model: '2001', make: 'Kia', category: 'SUV' },
      )
      assert.equal(await alerted(), expected)
    })
  }

  test('a paused rule does not alert, one that is resumed does', async () => {
    const id = await addRule({ make: 'Jeep' })
    for (const [enabled, model] of [
      [false, 'unseen'],
      [true, 'seen'],
    ] as const) {
      const patched = await call('PATCH', `${RULES}/${id}`, { enabled })
      assert.deepEqual([patched.status, patched.body.enabled, patched.body.make], [200, enabled, 'Jeep'])
      await detect({ model })
    }
    assert.equal(await alerted(), 'seen')
  })

  test('a changed rule keeps what is not named, and must still make sense', async () => {
    const id = await addRule({ make: 'Jeep', year_min: 2000 })
    const { body: before, headers } = await call('GET', `${RULES}/${id}`)
    const patched = await call('PATCH', `${RULES}/${id}`, { make: null, cooldown_seconds: 5 })
    assert.deepEqual(patched.body, { ...before, make: null, cooldown_seconds: 5 })
    assert.deepEqual((await call('GET', `${RULES}/${id}`)).body, patched.body)
    for (const [body, pointer] of [
      [{ year_min: null }, '/category_contains'],
      [{ year_max: 1990 }, '/year_max'],
      [{ name: '' }, '/name'],
      [{ enabled: 'no' }, '/enabled'],
    ] as const) {
      const refused = await call('PATCH', `${RULES}/${id}`, body)
      assert.deepEqual([refused.status, refused.body.errors[0].pointer], [422, pointer])
    }
    const stale = { 'if-match': String(headers.get('etag')) }
    assertProblem(await call('PATCH', `${RULES}/${id}`, { name: 'x' }, stale), 412, 'precondition_failed')
    assertProblem(await call('PATCH', `${RULES}/99`, { name: 'x' }), 404, 'alert_rule_not_found')
  })

  test('a cool-down counts from the alert, for the same make and model of the same rule', async () => {
    await addRule({ make: 'Jeep', cooldown_seconds: 60 })
    await addRule({ year_min: 2020, make: 'Lada', cooldown_seconds: 60 })
    await detect({ model: 'A' }, { model: 'a' }, { model: 'B' }, { model: 'A', make: 'Lada' })
    assert.equal(await alerted(), 'A B A')
    time.advance(59)
    await detect({ model: 'A' })
    assert.equal(await alerted(), 'A B A')
    time.advance(2)
    await detect({ model: 'A' }, { model: 'A' })
    assert.equal(await alerted(), 'A B A A')
    time.advance(30)
    await detect({ model: 'A' })
    assert.equal(await alerted(), 'A B A A')
  })

  test('a shorter cool-down counts at once, and a clock that was set back ends it', async () => {
    const id = await addRule({ make: 'Jeep', cooldown_seconds: 3600 })
    await detect({ model: 'A' })
    time.advance(30)
    await call('PATCH', `${RULES}/${id}`, { cooldown_seconds: 20 })
    await detect({ model: 'A' })
    assert.equal(await alerted(), 'A A')
    time.advance(-60)
    await detect({ model: 'A' })
    assert.equal(await alerted(), 'A A A')
  })

  test('of many detections at once, from two processes, one alerts in a cool-down', async () => {
    await addRule({ make: 'Jeep', cooldown_seconds: 60 })
    const other = await startLoggia({}, { dataDir: loggia.dataDir, clock: time.clock })
    const post = (to: TestLoggia) =>
      to.call('POST', '/api/v1/detections', { token: admin.token, body: { ...SEEN, model: 'A' } })
    const answers = await Promise.all(Array.from({ length: 40 }, (_, at) => post(at % 2 ? loggia : other)))
    await other.close()
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [201])
    assert.equal(await alerted(), 'A')
  })

  test('the longest cool-down ends, and housekeeping forgets it', async () => {
    await addRule({ make: 'Jeep', cooldown_seconds: 30 * 86_400 })
    await detect({ model: 'A' })
    time.advance(31 * 86_400)
    await loggia.loggia.purge()
    await detect({ model: 'A' })
    assert.equal(await alerted(), 'A')
  })

  test('lists are narrowed to a rule and to a make', async () => {
    const jeeps = await addRule({ make: 'Jeep' })
    await addRule({ year_min: 1900 })
    await detect({ model: 'a' }, { model: 'b', make: 'Kia' }, { model: 'c' })
    assert.equal(await alerted(), 'a a b c c')
    assert.equal(await alerted(`&rule_id=${jeeps}`), 'a c')
    assert.equal(await alerted('&make=kia'), 'b')
    assert.equal(await alerted(`&make=KIA&rule_id=${jeeps}`), '')
    const page = await call('GET', `${ALERTS}?make=jeep&limit=1`)
    const next = await call('GET', `${ALERTS}?make=jeep&limit=1&cursor=${page.body.next_cursor}`)
    assert.deepEqual([page.body.items[0].id, next.body.items[0].id], [5, 4])
  })

  test('old alerts are removed, and a stream that resumes from before is told of one gap', async () => {
    await addRule({ make: 'Jeep' })
    await detect({ model: 'a' }, { model: 'b' })
    time.advance(9 * 86_400)
    await detect({ model: 'c' })
    time.advance(2 * 86_400)
    await loggia.loggia.purge()
    assert.equal(await alerted(), 'c')
    const stream = await follow('?last_event_id=1')
    assert.deepEqual((await stream.take(2)).map(describe), ['gap 2-2 then 2', 'alert 3'])
    time.advance(20 * 86_400)
    await loggia.loggia.purge()
    assert.equal(await alerted(), '')
    await detect({ model: 'd' })
    assert.deepEqual((await stream.take(1)).map(describe), ['alert 4'])
    const late = await follow('?last_event_id=2&make=Kia')
    assert.deepEqual((await late.take(1)).map(describe), ['gap 3-3 then 3'])
    stream.close()
    late.close()
  })

  test('a rule that was deleted is forgotten with the last of its alerts', async () => {
    const rules = () => stored(loggia.dataDir, "select name from alert_rules where name = 'Brief'")
    const id = await addRule({ name: 'Brief', make: 'Jeep' })
    await detect({ model: 'a' })
    await call('DELETE', `${RULES}/${id}`)
    await loggia.loggia.purge()
    assert.equal((await call('GET', ALERTS)).body.items[0].rule_id, null)
    assert.equal((await rules()).length, 1)
    time.advance(11 * 86_400)
    await loggia.loggia.purge()
    assert.equal(await alerted(), '')
    assert.equal((await rules()).length, 0)
  })

  test('a narrowed stream tells of what fits, live and resumed, each once', async () => {
    const jeeps = await addRule({ make: 'Jeep' })
    await addRule({ year_min: 1900 })
    const all = await follow('?last_event_id=0')
    const narrowed = await Promise.all(
      [`?make=kia&last_event_id=0`, `?rule_id=${jeeps}`, `?rule_id=${jeeps}&make=Kia`].map(follow),
    )
    await detect({ model: 'a' }, { model: 'b', make: 'Kia' })
    await detect({ model: 'c', make: 'Kia' })
    await detect({ model: 'd' })
    assert.deepEqual(
      (await all.take(6)).map(describe),
      [1, 2, 3, 4, 5, 6].map((id) => `alert ${id}`),
    )
    const [kias, byRule, none] = narrowed
    assert.deepEqual((await kias?.take(2))?.map(describe), ['alert 3', 'alert 4'])
    assert.deepEqual((await byRule?.take(2))?.map(describe), ['alert 1', 'alert 5'])
    const resumed = await follow(`?rule_id=${jeeps}&last_event_id=1`)
    assert.deepEqual((await resumed.take(1)).map(describe), ['alert 5'])
    await loggia.loggia.close()
    assert.deepEqual(await none?.ended(), [])
    assert.deepEqual(await resumed.ended(), [])
  })

  test('a narrowed stream that passed many over knows where it is', async () => {
    await addRule({ make: 'Jeep' })
    const headers = { accept: 'text/event-stream', authorization: `Bearer ${admin.token}` }
    const answer = await fetch(`${loggia.address}${ALERTS}?make=Kia`, { headers })
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    const chunk = async () => new TextDecoder().decode((await reader.read()).value)
    assert.match(await chunk(), /\nid: 0\n\n$/)
    await detect(...Array.from({ length: 600 }, () => ({})))
    assert.equal(await chunk(), 'id: 500\n\n')
    await reader.cancel()
  })

  function follow(query: string) {
    return openStream(loggia.address + ALERTS + query, { token: admin.token })
  }
})

function describe({ id, event, data }: ServerEvent): string {
  return event === 'gap' ? `gap ${data.from}-${data.to} then ${id}` : `${event} ${id}`
}
