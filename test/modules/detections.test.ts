import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const PATH = '/api/v1/detections'
const COROLLA = { year: 2011, make: 'Toyota', model: 'Corolla', category: 'Sedan' }

suite('detections', () => {
  let loggia: TestLoggia
  let ana: Person
  let ben: Person

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
    ben = await loggia.register('ben')
  })
  after(() => loggia.close())

  const post = (body: unknown, headers = {}) => loggia.call('POST', PATH, { token: ana.token, body, headers })
  const get = (path: string, { token } = ana) => loggia.call('GET', PATH + path, { token })

  test('a detection is recorded, and everybody who is signed in finds it at its Location', async () => {
    const body = { ...COROLLA, source_id: 'camera-1/1', detected_at: '2026-05-01T10:00:00+02:00' }
    const recorded = await post(body)
    assert.equal(recorded.status, 201)
    const { id, ...shown } = recorded.body
    assert.deepEqual(shown, { ...body, detected_at: '2026-05-01T08:00:00.000Z' })

    assert.equal(recorded.headers.get('location'), `${PATH}/${id}`)
    assert.deepEqual((await get(`/${id}`, ben)).body, recorded.body)
    assert.equal((await get('/999999')).body.code, 'detection_not_found')
  })

  test('unset, source_id is null and detected_at is now', async () => {
    const before = Date.now()
    const { body } = await post(COROLLA)
    assert.equal(body.source_id, null)
    assert.ok(Date.parse(body.detected_at) >= before && Date.parse(body.detected_at) <= Date.now())
  })

  test('a source_id that is known already is answered with the first detection', async () => {
    const first = await post({ ...COROLLA, source_id: 'twice' })
    const second = await post({ ...COROLLA, model: 'Yaris', source_id: 'twice' })
    assert.equal(second.status, 200)
    assert.deepEqual(second.body, first.body)
  })

  test('a list is recorded whole, its ids in its order', async () => {
    const known = await post({ ...COROLLA, source_id: 'known' })
    const list = [
      { ...COROLLA, model: 'first' },
      { ...COROLLA, model: 'again', source_id: 'known' },
      { ...COROLLA, model: 'named', source_id: 'in-list' },
      { ...COROLLA, model: 'last' },
      { ...COROLLA, model: 'named twice', source_id: 'in-list' },
    ]
    const { status, headers, body } = await post(list)
    assert.equal(status, 201)
    assert.equal(headers.get('location'), null)
    assert.equal(body.accepted, 3)
    assert.equal(body.duplicate, 2)
    assert.equal(body.ids[1], known.body.id)
    assert.equal(body.ids[2], body.ids[4])
    const models = await Promise.all(body.ids.map(async (id: number) => (await get(`/${id}`)).body.model))
    assert.deepEqual(models, ['first', 'Corolla', 'named', 'last', 'named'])
  })

  test('a list of a thousand is recorded', async () => {
    const list = Array.from({ length: 1000 }, (_, at) => ({ ...COROLLA, category: `A${at}, B, C` }))
    const { body } = await post(list)
    assert.equal(body.accepted, 1000)
    assert.equal(new Set(body.ids).size, 1000)
    assert.deepEqual(
      (await get('?category=a777')).body.items.map(({ id }: { id: number }) => id),
      [body.ids[777]],
    )
  })

  test('capital spelling is taken', async () => {
    const theirs = { Year: 2020, Make: 'Mitsubishi', Model: 'Outlander', Category: 'SUV' }
    const { status, body } = await post([theirs, { ...theirs, source_id: 'capital' }])
    assert.equal(status, 201)
    const { year, make, model, category } = (await get(`/${body.ids[1]}`)).body
    assert.deepEqual(
      { year, make, model, category },
      { year: 2020, make: 'Mitsubishi', model: 'Outlander', category: 'SUV' },
    )
  })

  test('a repeat under one Idempotency-Key records nothing more', async () => {
    const headers = { 'idempotency-key': 'once' }
    for (const body of [COROLLA, [COROLLA, COROLLA]]) {
      const key = { 'idempotency-key': `once-${Array.isArray(body)}` }
      const first = await post(body, key)
      const repeat = await post(body, key)
      assert.equal(repeat.headers.get('idempotency-replayed'), 'true')
      assert.deepEqual([repeat.status, repeat.body], [first.status, first.body])
    }
    await post(COROLLA, headers)
    assert.equal((await post({ ...COROLLA, year: 2012 }, headers)).body.code, 'idempotency_key_reused')
  })

  test('an API key records and reads nothing', async () => {
    const made = await loggia.call('POST', '/api/v1/auth/keys', {
      token: ana.token,
      body: { name: 'camera', scopes: ['detections:write'] },
    })
    const token = made.body.key
    assert.equal((await loggia.call('POST', PATH, { token, body: COROLLA })).status, 201)
    for (const path of ['', '/1', '/stats?by=make']) {
      assert.equal((await loggia.call('GET', PATH + path, { token })).body.code, 'scope_missing', path)
    }
  })

  for (const [what, body, pointers] of [
    ['nothing in it', {}, ['/category', '/make', '/model', '/year']],
    ['no list nor object', 'null', ['']],
    ['an empty list', [], ['']],
    ['a list too long', Array.from({ length: 1001 }, () => COROLLA), ['']],
    ['a wrong one in a list', [COROLLA, { ...COROLLA, year: '2011' }], ['/1/year']],
    ['a year before cars', { ...COROLLA, year: 1884 }, ['/year']],
    ['a year too late', { ...COROLLA, year: 2101 }, ['/year']],
    ['half a year', { ...COROLLA, year: 2011.5 }, ['/year']],
    ['an empty make', { ...COROLLA, make: '' }, ['/make']],
    ['a make of spaces', { ...COROLLA, make: '  ' }, ['/make']],
    ['a category without parts', { ...COROLLA, category: ' , ,' }, ['/category']],
    ['a control character', { ...COROLLA, model: 'a\u0000b' }, ['/model']],
    ['a long source_id', { ...COROLLA, source_id: 'x'.repeat(201) }, ['/source_id']],
    ['no time', { ...COROLLA, detected_at: 'yesterday' }, ['/detected_at']],
    ['an unknown member', { ...COROLLA, colour: 'red' }, ['/colour']],
    ['both spellings', { ...COROLLA, Make: 'Toyota' }, ['/Make']],
  ] as const) {
    test(`refused: ${what}`, async () => {
      const refused = await post(body)
      assert.equal(refused.status, 422)
      const found = refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)
      assert.deepEqual(found.sort(), pointers)
    })
  }

  test('a list with a wrong one in it records none of it', async () => {
    await post([
      { ...COROLLA, make: 'Halfway' },
      { ...COROLLA, make: 'Halfway', year: 1 },
    ])
    assert.deepEqual((await get('?make=Halfway')).body.items, [])
  })

  test('without a token nothing is told', async () => {
    for (const [method, path] of [
      ['POST', ''],
      ['GET', ''],
      ['GET', '/1'],
      ['GET', '/stats?by=make'],
    ] as const) {
      const refused = await loggia.call(method, PATH + path, method === 'POST' ? { body: COROLLA } : {})
      assert.equal(refused.status, 401, `${method} ${path}`)
    }
  })
})

suite('lists of detections', () => {
  let loggia: TestLoggia
  let token: string

  before(async () => {
    loggia = await startLoggia()
    token = (await loggia.register('ana')).token
    const body = [
      ['Toyota', 'RAV4', 'SUV'],
      ['Jeep', 'Cherokee', 'SUV, Pickup'],
      ['MAZDA', 'CX-5', 'SUV, Wagon'],
      ['Toyota', 'Yaris', 'Hatchback'],
      ['Subaru', 'Outback', 'Wagon'],
    ].map(([make, model, category]) => ({ year: 2020, make, model, category }))
    await loggia.call('POST', PATH, { token, body })
  })
  after(() => loggia.close())

  const models = async (query: string) => {
    const { body } = await loggia.call('GET', PATH + query, { token })
    return body.items.map(({ model }: { model: string }) => model)
  }

  for (const [query, expected] of [
    ['', ['Outback', 'Yaris', 'CX-5', 'Cherokee', 'RAV4']],
    ['?limit=2', ['Outback', 'Yaris']],
    ['?skip=1&limit=2', ['Yaris', 'CX-5']],
    ['?skip=4', ['RAV4']],
    ['?skip=5', []],
    ['?make=Toyota', ['Yaris', 'RAV4']],
    ['?make=mazda', ['CX-5']],
    ['?make=Toyo', []],
    ['?category=SUV', ['CX-5', 'Cherokee', 'RAV4']],
    ['?category=wagon', ['Outback', 'CX-5']],
    ['?category=SU', []],
    ['?category=suv&make=TOYOTA', ['RAV4']],
    ['?category=suv&skip=1&limit=1', ['Cherokee']],
    [`?skip=3&cursor=${Buffer.from('[3]').toString('base64url')}`, ['Cherokee', 'RAV4']],
  ] as const) {
    test(`GET detections${query}`, async () => assert.deepEqual(await models(query), expected))
  }

  for (const filter of ['', '&category=suv', '&make=toyota']) {
    test(`pages by cursor hold each once${filter}`, async () => {
      const seen: string[] = []
      let cursor = ''
      do {
        const page = await loggia.call('GET', `${PATH}?limit=2${filter}${cursor}`, { token })
        seen.push(...page.body.items.map(({ model }: { model: string }) => model))
        cursor = page.body.next_cursor === null ? '' : `&cursor=${page.body.next_cursor}`
      } while (cursor !== '')
      assert.deepEqual(seen, await models(`?limit=100${filter}`))
    })
  }

  test('makes are counted, the most frequent first', async () => {
    const { body } = await loggia.call('GET', `${PATH}/stats?by=make`, { token })
    assert.deepEqual(body.items, [
      { make: 'Toyota', count: 2 },
      { make: 'Jeep', count: 1 },
      { make: 'MAZDA', count: 1 },
      { make: 'Subaru', count: 1 },
    ])
  })

  for (const query of [
    '?limit=0',
    '?limit=101',
    '?skip=-1',
    '?skip=a',
    '?cursor=x',
    '?make=',
    '?colour=red',
    '/stats?by=colour',
  ]) {
    test(`refused: GET detections${query}`, async () => {
      assert.equal((await loggia.call('GET', PATH + query, { token })).status, 422)
    })
  }
})
