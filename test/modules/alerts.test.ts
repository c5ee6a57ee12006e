import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const ALERTS = '/api/v1/alerts'
const RULES = '/api/v1/alert-rules'
const SEEN = { year: 2020, make: 'Jeep', model: 'Cherokee', category: 'Pickup' }

interface Alert {
  id: number
  rule_id: number | null
  rule: string
  detection: { id: number; model: string }
}

suite('alerts', () => {
  let loggia: TestLoggia
  let admin: Person
  let ana: Person

  before(async () => {
    loggia = await startLoggia()
    admin = await loggia.registerAdmin('root')
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  async function detect(more: object = {}) {
    const body = { ...SEEN, ...more }
    return (await loggia.call('POST', '/api/v1/detections', { token: ana.token, body })).body
  }

  async function addRule(rule: object): Promise<number> {
    const made = await loggia.call('POST', RULES, { token: admin.token, body: rule })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    return made.body.id
  }

  const removeRule = (id: number) => loggia.call('DELETE', `${RULES}/${id}`, { token: admin.token })

  async function alertsOf(detectionId: number): Promise<Alert[]> {
    const { body } = await loggia.call('GET', `${ALERTS}?limit=100`, { token: ana.token })
    return body.items.filter(({ detection }: Alert) => detection.id === detectionId)
  }

  test('one rule stands from the start', async () => {
    const { body } = await loggia.call('GET', RULES, { token: admin.token })
    assert.equal(body.items.length, 1)
    const [{ name, category_contains, make }] = body.items
    assert.deepEqual([name, category_contains, make], ['Suspicious vehicle', 'SUSPICIOUS_VEHICLE', null])

    const detection = await detect({ category: 'Van, suspicious_vehicle' })
    const [alert] = await alertsOf(detection.id)
    assert.equal(alert?.rule, 'Suspicious vehicle')
    assert.deepEqual(alert?.detection, detection)
  })

  for (const [rule, category, make, raised] of [
    [{ category_contains: 'SUV' }, 'SUV', 'Jeep', true],
    [{ category_contains: 'SUV' }, 'SUV, Wagon', 'Jeep', true],
    [{ category_contains: 'suv' }, 'Wagon,SUV', 'Jeep', true],
    [{ category_contains: ' SUV ' }, 'Wagon, Suv ', 'Jeep', true],
    [{ category_contains: 'ＳＵＶ' }, 'SUV', 'Jeep', true],
    [{ category_contains: 'SUV' }, 'SUV1992', 'Jeep', false],
    [{ category_contains: 'SUV' }, 'Wagon', 'SUV', false],
    [{ make: 'jeep' }, 'Wagon', 'JEEP', true],
    [{ make: 'Jeep' }, 'Wagon', 'Jeepster', false],
    [{ make: 'Jeep', category_contains: 'SUV' }, 'SUV', 'Jeep', true],
    [{ make: 'Jeep', category_contains: 'SUV' }, 'SUV', 'Toyota', false],
    [{ make: 'Jeep', category_contains: 'SUV' }, 'Wagon', 'Jeep', false],
  ] as const) {
    test(`${JSON.stringify(rule)} and a ${make} as "${category}": ${raised ? 'alert' : 'none'}`, async () => {
      const id = await addRule({ name: 'row', ...rule })
      const detection = await detect({ category, make })
      assert.equal((await alertsOf(detection.id)).length, raised ? 1 : 0)
      await removeRule(id)
    })
  }

  test('a detection gives one alert for each rule that it meets, and a repeat of it none', async () => {
    const ids = [
      await addRule({ name: 'b', make: 'Lada' }),
      await addRule({ name: 'a', category_contains: 'suv' }),
    ]
    const detection = await detect({ make: 'Lada', category: 'SUV, suv', source_id: 'lada-1' })
    await detect({ make: 'Lada', category: 'SUV', source_id: 'lada-1' })
    const rules = (await alertsOf(detection.id)).map(({ rule_id }) => rule_id)
    assert.deepEqual(rules, ids.toReversed())
    await Promise.all(ids.map(removeRule))
  })

  test('an alert outlives its rule', async () => {
    const id = await addRule({ name: 'Short-lived', make: 'Zaz' })
    const detection = await detect({ make: 'Zaz' })
    assert.equal((await removeRule(id)).status, 204)
    assert.equal((await loggia.call('GET', `${RULES}/${id}`, { token: admin.token })).status, 404)
    assert.equal((await removeRule(id)).body.code, 'alert_rule_not_found')
    const [alert] = await alertsOf(detection.id)
    assert.deepEqual([alert?.rule, alert?.rule_id], ['Short-lived', null])
    const narrowed = await loggia.call('GET', `/api/v1/alerts?rule_id=${id}`, { token: admin.token })
    assert.deepEqual(narrowed.body.items, [])
    await detect({ make: 'Zaz' })
    assert.equal((await alertsOf(detection.id + 1)).length, 0)
  })

  test('alerts have consecutive ids and page from the newest to the oldest, each once', async () => {
    const id = await addRule({ name: 'all', category_contains: 'paged' })
    const body = Array.from({ length: 7 }, (_, at) => ({ ...SEEN, model: `${at}`, category: 'paged' }))
    await loggia.call('POST', '/api/v1/detections', { token: ana.token, body })
    const seen: Alert[] = []
    let cursor = ''
    do {
      const page = await loggia.call('GET', `${ALERTS}?limit=3${cursor}`, { token: ana.token })
      seen.push(...page.body.items)
      cursor = page.body.next_cursor === null ? '' : `&cursor=${page.body.next_cursor}`
    } while (cursor !== '')
    const models = seen.slice(0, 7).map(({ detection }) => detection.model)
    assert.deepEqual(models, ['6', '5', '4', '3', '2', '1', '0'])
    assert.deepEqual(
      seen.map((alert) => alert.id),
      seen.map((_, at) => seen.length - at),
    )
    await removeRule(id)
  })

  test('a rule is found at its Location', async () => {
    const conditions = { category_contains: 'Van', make: null, year_min: 1990, year_max: null }
    const body = { name: 'Found', ...conditions, cooldown_seconds: 60, enabled: false }
    const made = await loggia.call('POST', RULES, { token: admin.token, body })
    const { id, created_at, ...shown } = made.body
    assert.deepEqual(shown, body)
    const path = String(made.headers.get('location'))
    assert.deepEqual((await loggia.call('GET', path, { token: admin.token })).body, made.body)
    await removeRule(id)
  })

  for (const [what, body, pointer] of [
    ['no condition', { name: 'x' }, '/category_contains'],
    ['conditions that are null', { name: 'x', category_contains: null, make: null }, '/category_contains'],
    ['years the wrong way round', { name: 'x', year_min: 2001, year_max: 2000 }, '/year_max'],
    ['a cool-down of a year', { name: 'x', make: 'Jeep', cooldown_seconds: 31_536_000 }, '/cooldown_seconds'],
    ['no name', { make: 'Jeep' }, '/name'],
    ['a name of spaces', { name: ' ', make: 'Jeep' }, '/name'],
    ['two parts', { name: 'x', category_contains: 'SUV, Wagon' }, '/category_contains'],
    ['an unknown member', { name: 'x', make: 'Jeep', model: 'y' }, '/model'],
  ] as const) {
    test(`refused: a rule with ${what}`, async () => {
      const refused = await loggia.call('POST', RULES, { token: admin.token, body })
      assert.equal(refused.status, 422)
      assert.equal(refused.body.errors[0].pointer, pointer)
    })
  }

  for (const [method, path, who, status] of [
    ['GET', ALERTS, 'nobody', 401],
    ['GET', RULES, 'nobody', 401],
    ['POST', `${ALERTS}/tickets`, 'nobody', 401],
    ['GET', RULES, 'ana', 403],
    ['GET', `${RULES}/1`, 'ana', 403],
    ['POST', RULES, 'ana', 403],
    ['PATCH', `${RULES}/1`, 'ana', 403],
    ['DELETE', `${RULES}/1`, 'ana', 403],
    ['GET', '/api/v1/webhooks', 'ana', 403],
    ['POST', '/api/v1/webhooks', 'ana', 403],
    ['DELETE', '/api/v1/webhooks/1', 'ana', 403],
    ['GET', `${ALERTS}?rule_id=x`, 'ana', 422],
    ['GET', `${ALERTS}?make=`, 'ana', 422],
    ['GET', ALERTS, 'device', 403],
    ['POST', `${ALERTS}/tickets`, 'device', 403],
    ['GET', `${ALERTS}?limit=101`, 'ana', 422],
    ['GET', `${ALERTS}?cursor=x`, 'ana', 422],
    ['GET', `${ALERTS}?last_event_id=-1`, 'ana', 422],
    ['GET', `${ALERTS}?colour=red`, 'ana', 422],
  ] as const) {
    test(`${method} ${path} by ${who}: ${status}`, async () => {
      const refused = await loggia.call(method, path, await callBy(who))
      assert.equal(refused.status, status)
      assert.equal(refused.body.status, status)
    })
  }

  async function callBy(who: 'nobody' | 'ana' | 'device') {
    if (who === 'nobody') return {}
    if (who === 'ana') return { token: ana.token }
    const body = { name: 'camera', scopes: ['detections:write'] }
    const made = await loggia.call('POST', '/api/v1/auth/keys', { token: ana.token, body })
    return { token: made.body.key }
  }
})
