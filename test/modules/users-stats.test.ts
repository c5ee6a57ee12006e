import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const NONE = { session_count: 0, victory_count: 0, loss_count: 0, total_time: 0 }

suite('statistics', () => {
  let loggia: TestLoggia
  let root: Person
  let ana: Person

  before(async () => {
    loggia = await startLoggia()
    root = await loggia.registerAdmin('root')
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  const pathOf = ({ id }: Person) => `/api/v1/users/${id}/stats`
  const get = async (person: Person) =>
    (await loggia.call('GET', pathOf(person), { token: person.token })).body
  const add = (person: Person, body: object, headers = {}) =>
    loggia.call('POST', `${pathOf(person)}/increments`, { token: person.token, body, headers })

  test('they begin at nothing', async () => {
    assert.deepEqual(await get(ana), NONE)
  })

  test('what is named is changed, the rest stays', async () => {
    const eva = await loggia.register('eva')
    const call = { token: eva.token, body: { victory_count: 3, total_time: 60 } }
    const { status, body } = await loggia.call('PATCH', pathOf(eva), call)
    assert.equal(status, 200)
    assert.deepEqual(body, { ...NONE, victory_count: 3, total_time: 60 })
    assert.deepEqual(await get(eva), body)
  })

  test('put takes all of them', async () => {
    const all = { session_count: 1, victory_count: 2, loss_count: 3, total_time: 4 }
    const eve = await loggia.register('eve')
    const replaced = await loggia.call('PUT', pathOf(eve), { token: eve.token, body: all })
    assert.deepEqual(replaced.body, all)
    const partial = await loggia.call('PUT', pathOf(eve), { token: eve.token, body: { total_time: 1 } })
    assert.equal(partial.status, 422)
    assert.deepEqual(await get(eve), all)
  })

  test('of many who add at once nobody is lost', async () => {
    const fay = await loggia.register('fay')
    const adding = Array.from({ length: 40 }, () => add(fay, { session_count: 1, total_time: 30 }))
    assert.deepEqual(new Set((await Promise.all(adding)).map(({ status }) => status)), new Set([200]))
    assert.deepEqual(await get(fay), { ...NONE, session_count: 40, total_time: 1200 })
  })

  test('a repeated increment with its Idempotency-Key counts once', async () => {
    const gil = await loggia.register('gil')
    const key = { 'idempotency-key': 'one-game' }
    await add(gil, { victory_count: 1 }, key)
    assert.deepEqual((await add(gil, { victory_count: 1 }, key)).body, { ...NONE, victory_count: 1 })
    assert.deepEqual(await get(gil), { ...NONE, victory_count: 1 })
  })

  test('a sum that could not be counted to is refused, and nothing of it is kept', async () => {
    const ida = await loggia.register('ida')
    await add(ida, { total_time: Number.MAX_SAFE_INTEGER })
    const refused = await add(ida, { session_count: 1, total_time: 1 })
    assert.equal(refused.status, 422)
    assert.equal(refused.body.errors[0].pointer, '/total_time')
    assert.deepEqual(await get(ida), { ...NONE, total_time: Number.MAX_SAFE_INTEGER })
  })

  for (const value of [-1, 1.5, '1', null, 2 ** 53]) {
    test(`refused as a count: ${JSON.stringify(value)}`, async () => {
      const patched = await loggia.call('PATCH', pathOf(ana), {
        token: ana.token,
        body: { loss_count: value },
      })
      assert.equal(patched.status, 422)
      assert.equal((await add(ana, { loss_count: value })).status, 422)
      assert.deepEqual(await get(ana), NONE)
    })
  }

  test('of two changes to one state the later is refused', async () => {
    const kim = await loggia.register('kim')
    const read = await loggia.call('GET', pathOf(kim), { token: kim.token })
    const headers = { 'if-match': String(read.headers.get('etag')) }
    const change = (victory_count: number) =>
      loggia.call('PATCH', pathOf(kim), { token: kim.token, body: { victory_count }, headers })
    assert.deepEqual([(await change(1)).status, (await change(2)).status], [200, 412])
  })

  test('an administrator reads and changes them', async () => {
    const lea = await loggia.register('lea')
    const call = { token: root.token, body: { loss_count: 7 } }
    assert.equal((await loggia.call('PATCH', pathOf(lea), call)).status, 200)
    assert.equal((await get(lea)).loss_count, 7)
  })

  test('of somebody who is not there, there are none', async () => {
    const missing = await loggia.call('GET', '/api/v1/users/999999/stats', { token: root.token })
    assert.equal(missing.status, 404)
  })
})
