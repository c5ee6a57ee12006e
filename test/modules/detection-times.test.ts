import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'

const PATH = '/api/v1/detections'

suite('detections by time', () => {
  let loggia: TestLoggia
  let token: string

  before(async () => {
    loggia = await startLoggia()
    token = (await loggia.register('ana')).token
    const body = [
      ['Toyota', 'a', 'SUV', '2026-03-02T10:30:00Z'],
      ['Jeep', 'b', 'SUV, Pickup', '2026-03-01T23:59:59.999Z'],
      ['Toyota', 'c', 'Wagon', '2026-03-02T00:00:00Z'],
      ['Kia', 'd', 'suv', '2026-03-02T10:00:00Z'],
      ['Toyota', 'e', 'SUV', '2026-03-04T09:15:00Z'],
      ['Lada', 'f', 'Sedan', '1969-12-31T23:30:00Z'],
      ['Kia', 'g', 'Sedan', '2026-03-02T10:00:00Z'],
    ].map(([make, model, category, detected_at]) => ({ year: 2020, make, model, category, detected_at }))
    await loggia.call('POST', PATH, { token, body })
  })
  after(() => loggia.close())

  const get = (path: string) => loggia.call('GET', PATH + path, { token })
  const models = (page: { body: { items: { model: string }[] } }) =>
    page.body.items.map(({ model }) => model).join('')

  for (const [query, expected] of [
    ['', 'gfedcba'],
    ['?from=2026-03-02T00:00:00Z', 'eagdc'],
    ['?to=2026-03-02T00:00:00Z', 'bf'],
    ['?from=2026-03-02T10:00:00Z&to=2026-03-02T10:30:00Z', 'gd'],
    ['?from=2026-03-02T12:00:00%2B02:00&to=2026-03-02T11:00:00Z', 'agd'],
    ['?from=2026-03-02T00:00:00Z&category=suv', 'ead'],
    ['?from=2026-03-02T00:00:00Z&make=toyota', 'eac'],
    ['?from=2026-03-02T00:00:00Z&make=toyota&category=suv', 'ea'],
    ['?from=2026-03-02T00:00:00Z&skip=1&limit=2', 'ag'],
    ['?from=2027-01-01T00:00:00Z', ''],
    ['?from=2026-03-03T00:00:00Z&to=2026-03-02T00:00:00Z', ''],
  ] as const) {
    test(`GET detections${query}: "${expected}"`, async () =>
      assert.equal(models(await get(query)), expected))
  }

  for (const filter of ['', '&category=suv', '&make=kia'])
    test(`pages by cursor hold each once${filter}, also of one time`, async () => {
      const query = `?from=1900-01-01T00:00:00Z${filter}`
      let seen = ''
      let cursor = ''
      do {
        const page = await get(`${query}&limit=1${cursor}`)
        seen += models(page)
        cursor = page.body.next_cursor === null ? '' : `&cursor=${page.body.next_cursor}`
      } while (cursor !== '')
      assert.equal(seen, models(await get(query)))
      assert.ok(seen.length > 1)
    })

  for (const [query, expected] of [
    ['', 'Toyota 3, Kia 2, Jeep 1, Lada 1'],
    ['?by=make&from=2026-03-02T10:00:00Z&to=2026-03-02T11:00:00Z', 'Kia 2, Toyota 1'],
    ['?by=make&from=2026-03-01T23:00:00Z&to=2026-03-04T10:00:00Z', 'Toyota 3, Kia 2, Jeep 1'],
    ['?by=make&from=2026-03-02T01:00:00Z&to=2026-03-04T09:00:00Z', 'Kia 2, Toyota 1'],
    ['?by=make&to=2026-03-02T00:00:00Z', 'Jeep 1, Lada 1'],
    ['?by=make&to=1970-01-01T00:00:00Z', 'Lada 1'],
    ['?by=category', 'suv 4, sedan 2, pickup 1, wagon 1'],
    ['?by=category&from=2026-03-02T10:00:00Z', 'suv 3, sedan 1'],
    [
      '?by=hour&from=2026-03-01T00:00:00Z',
      '2026-03-04T09:00:00.000Z 1, 2026-03-02T10:00:00.000Z 3, 2026-03-02T00:00:00.000Z 1, 2026-03-01T23:00:00.000Z 1',
    ],
    [
      '?by=day',
      '2026-03-04T00:00:00.000Z 1, 2026-03-02T00:00:00.000Z 4, 2026-03-01T00:00:00.000Z 1, 1969-12-31T00:00:00.000Z 1',
    ],
    ['?by=day&from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z', '2026-03-02T00:00:00.000Z 4'],
    ['?by=day&from=2027-01-01T00:00:00Z', ''],
  ] as const) {
    test(`GET detections/stats${query}: ${expected}`, async () => {
      const { body } = await get(`/stats${query}`)
      const told = body.items.map(({ count, ...of }: { count: number }) => `${Object.values(of)} ${count}`)
      assert.equal(told.join(', '), expected)
    })
  }

  for (const [query, pointer] of [
    ['?from=today', '?from'],
    ['?to=', '?to'],
    [`?from=2026-03-02T00:00:00Z&cursor=${Buffer.from('[3]').toString('base64url')}`, '?cursor'],
    ['/stats?by=year', '?by'],
    ['/stats?from=2026-03-02T10:30:00Z', '?from'],
    ['/stats?by=category&to=2026-03-02T10:00:00.001Z', '?to'],
    ['/stats?by=day&from=2026-03-02T10:00:00Z', '?from'],
  ] as const) {
    test(`refused: GET detections${query}`, async () => {
      const refused = await get(query)
      assert.equal(refused.status, 422)
      assert.equal(refused.body.errors[0].pointer, pointer)
    })
  }
})
