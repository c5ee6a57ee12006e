import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'

const HEADER = 'external_id,name,description,price,tags'

suite('sheets of a store', () => {
  let loggia: TestLoggia
  let ana: Person
  let store: { id: number }
  let made = 0

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
  })
  beforeEach(async () => {
    store = await newStore()
  })
  after(() => loggia.close())

  async function newStore(currency = 'EUR') {
    made += 1
    return (await call('POST', 'stores', { name: `Store ${made}`, currency })).body
  }

  const call = (method: string, path: string, body?: unknown) =>
    loggia.call(method, `/api/v1/${path}`, { token: ana.token, ...(body === undefined ? {} : { body }) })

  const send = (csv: string | Uint8Array, { query = '', person = ana, id = store.id, headers = {} } = {}) =>
    loggia.call('POST', `/api/v1/stores/${id}/items/import${query}`, {
      token: person.token,
      body: csv,
      headers: { 'content-type': 'text/csv', ...headers },
    })

  async function imported(csv: string, query = '') {
    const { status, body } = await send(csv, { query })
    assert.equal(status, 200, JSON.stringify(body))
    const { created, updated, unchanged, tags_created } = body
    return [created, updated, unchanged, tags_created]
  }

  const exported = async (id = store.id) => (await call('GET', `stores/${id}/items.csv`)).body as string
  const rows = async () => parse(await exported(), { columns: true }) as Record<string, string>[]
  const items = async () => (await call('GET', `items?limit=100&store_id=${store.id}`)).body.items

  test('an import creates, changes, and leaves the rest; a repeat changes nothing', async () => {
    const first = `${HEADER}\r\nA1,Chair,Oak,19.99,wood|sale\r\nA2,Sofa,,250,\r\n`
    assert.deepEqual(await imported(first), [2, 0, 0, 2])
    assert.deepEqual(await imported(first), [0, 0, 2, 0])
    const [chair, sofa] = await items()
    assert.deepEqual(
      [chair.external_id, chair.name, chair.description, chair.price_minor],
      ['A1', 'Chair', 'Oak', 1999],
    )
    assert.deepEqual(
      chair.tags.map(({ name }: { name: string }) => name),
      ['wood', 'sale'],
    )
    assert.deepEqual([sofa.description, sofa.price_minor, sofa.tags], [null, 25_000, []])

    assert.deepEqual(await imported(`${HEADER}\nA2,Couch,Soft,250.5,Sale|new\nA3,Lamp,,7,\n`), [1, 1, 0, 1])
    const [same, couch, lamp] = await items()
    assert.deepEqual(same, chair)
    assert.deepEqual([couch.id, couch.name, couch.price_minor], [sofa.id, 'Couch', 25_050])
    assert.deepEqual(
      couch.tags.map(({ name }: { name: string }) => name),
      ['sale', 'new'],
    )
    assert.equal(lamp.external_id, 'A3')
    const found = await call('GET', `items?q=couch&store_id=${store.id}`)
    assert.equal(found.body.items.length, 1)
    assert.equal((await call('GET', `stores/${store.id}`)).body.items.length, 3)
  })

  test('a dry run tells what would happen and changes nothing', async () => {
    await imported(`${HEADER}\nA1,Chair,,1,\n`)
    const before = await items()
    const csv = `${HEADER}\nA1,Throne,,1,gold\nA2,Sofa,,2,\n`
    const told = await send(csv, { query: '?dry_run=true' })
    assert.deepEqual(told.body, { dry_run: true, created: 1, updated: 1, unchanged: 0, tags_created: 1 })
    assert.deepEqual(await items(), before)
    assert.deepEqual((await send(csv)).body, { ...told.body, dry_run: false })
  })

  test('columns that are not there stay as they are', async () => {
    await imported(`${HEADER}\nA1,Chair,Oak,1,wood\n`)
    assert.deepEqual(await imported('price,external_id,name\n2,A1,Chair\n'), [0, 1, 0, 0])
    const [{ description, price_minor, tags }] = await items()
    assert.deepEqual([description, price_minor, tags.length], ['Oak', 200, 1])
  })

  test('what an export says, an import reads back unchanged, into any store', async () => {
    const names = ['=1+1', "'=1+1", '@SUM(A1)', '-1', "'quoted'", 'a;b,"c"', ' spaced ', '＝1']
    const descriptions = [null, '+first\r\nsecond\n', 'first\nsecond', 'first\rsecond']
    for (const [index, name] of names.entries())
      await call('POST', 'items', {
        name,
        description: descriptions[index % descriptions.length],
        price_minor: index,
        store_id: store.id,
        external_id: `=X${index}`,
      })
    const tags = ['a|b', 'back\\slash', '=tag', 'end\\']
    const [item] = await items()
    for (const name of tags) {
      const tag = (await call('POST', `stores/${store.id}/tags`, { name })).body
      await call('PUT', `items/${item.id}/tags/${tag.id}`)
    }
    const csv = await exported()
    for (const row of parse(csv, { columns: true }) as Record<string, string>[])
      for (const cell of Object.values(row)) assert.doesNotMatch(cell, /^[=+\-@\t\r＝＋－＠]/)
    assert.deepEqual(await imported(csv), [0, 0, names.length, 0])
    const before = (await items()).map(withoutIds)
    store = await newStore()
    assert.deepEqual(await imported(csv), [names.length, 0, 0, tags.length])
    assert.deepEqual((await items()).map(withoutIds), before)
  })

  // biome-ignore lint/suspicious/noExplicitAny: an item as it came
  function withoutIds({ id: _, store: __, tags, ...item }: any) {
    return { ...item, tags: tags.map(({ name }: { name: string }) => name) }
  }

  test('an item without an external id is called by its id', async () => {
    const { id } = (await call('POST', 'items', { name: 'Chair', price_minor: 5, store_id: store.id })).body
    assert.deepEqual(await rows(), [
      { external_id: `#${id}`, name: 'Chair', description: '', price: '0.05', tags: '' },
    ])
    assert.deepEqual(await imported(`${HEADER}\n#${id},Chair,,0.06,\n`), [0, 1, 0, 0])
    const [{ external_id, price_minor }] = await items()
    assert.deepEqual([external_id, price_minor], [null, 6])
    store = await newStore()
    const elsewhere = await send(`${HEADER}\n#${id},Chair,,0.06,\n`)
    assertProblem(elsewhere, 422, 'import_refused')
    assert.equal(elsewhere.body.errors[0].pointer, '/2/external_id')
  })

  for (const [currency, price, minor] of [
    ['EUR', '0.1', 10],
    ['EUR', '90071992547409.91', Number.MAX_SAFE_INTEGER],
    ['EUR', '1.15', 115],
    ['JPY', '1999', 1999],
    ['KWD', '1.005', 1005],
  ] as const) {
    test(`${price} ${currency} is ${minor} minor units, and is written so again`, async () => {
      store = await newStore(currency)
      await imported(`external_id,name,price\nA,Chair,${price}\n`)
      assert.equal((await items())[0].price_minor, minor)
      const [row] = await rows()
      assert.equal(Number(row?.['price']), Number(price))
      assert.deepEqual(await imported(await exported()), [0, 0, 1, 0])
    })
  }

  test('a byte order mark, semicolons with a comma in prices, and any line ends are read', async () => {
    const csv =
      '\ufeffexternal_id;Name; price ;tags\r\nA;"Chair; ""old""";19,99;x|y\rB;Sofa;1.5;\n\n\nC;Lamp;2;'
    assert.deepEqual(await imported(csv), [3, 0, 0, 2])
    const found = await items()
    assert.deepEqual(
      found.map(({ name, price_minor }: { name: string; price_minor: number }) => [name, price_minor]),
      [
        ['Chair; "old"', 1999],
        ['Sofa', 150],
        ['Lamp', 200],
      ],
    )
  })

  const good = 'A1,Chair,,1,'
  for (const [what, csv, pointers] of [
    ['nothing', '', ['/1', '/1', '/1']],
    ['a header without a price', 'external_id,name\nA,B\n', ['/1']],
    ['an unknown column', `${HEADER},colour\n`, ['/1']],
    ['a column twice', `${HEADER},name\n`, ['/1']],
    ['too few cells', `${HEADER}\nA1,Chair\n`, ['/2']],
    ['no external id', `${HEADER}\n,Chair,,1,\n`, ['/2/external_id']],
    ['an external id with spaces', `${HEADER}\n A1,Chair,,1,\n`, ['/2/external_id']],
    ['an external id twice', `${HEADER}\n${good}\n\n${good}\n`, ['/4/external_id']],
    ['no name', `${HEADER}\nA1,,,1,\n`, ['/2/name']],
    ['a name of two lines', `${HEADER}\nA1,"a\r\nb",,1,\nA2,x,,y,\n`, ['/2/name', '/4/price']],
    ['a long description', `${HEADER}\nA1,Chair,${'x'.repeat(5001)},1,\n`, ['/2/description']],
    ['no price', `${HEADER}\nA1,Chair,,,\n`, ['/2/price']],
    ['a price with a currency', `${HEADER}\nA1,Chair,,1 EUR,\n`, ['/2/price']],
    ['a price below zero', `${HEADER}\nA1,Chair,,-1,\n`, ['/2/price']],
    ['too many decimals', `${HEADER}\nA1,Chair,,1.999,\n`, ['/2/price']],
    ['a price that cannot be kept', `${HEADER}\nA1,Chair,,90071992547409.92,\n`, ['/2/price']],
    ['an empty tag', `${HEADER}\nA1,Chair,,1,a||b\n`, ['/2/tags']],
    ['an open quote', `${HEADER}\n${good}\nA2,"Sofa,,1,\n`, ['/3']],
    ['text behind a quote', `${HEADER}\nA2,"Sofa"s,,1,\n`, ['/2']],
    ['several', `${HEADER}\nA1,,,x,\n${good}\nA3,Lamp,,-1,\n`, ['/2/name', '/2/price', '/4/price']],
  ] as [string, string, string[]][]) {
    test(`refused by line and column, with nothing written: ${what}`, async () => {
      for (const query of ['?dry_run=true', '']) {
        const refused = await send(csv, { query })
        assertProblem(refused, 422, 'import_refused')
        assert.deepEqual(
          refused.body.errors.map(({ pointer }: { pointer: string }) => pointer),
          pointers,
        )
      }
      assert.deepEqual(await items(), [])
    })
  }

  test('a sheet in which everything is wrong is told the first hundred places', async () => {
    const refused = await send(`${HEADER}\n${',,,,\n'.repeat(5000)}`)
    assertProblem(refused, 422, 'import_refused')
    assert.equal(refused.body.errors.length, 100)
    assert.match(refused.body.detail, /15000 places/)
  })

  test('10,000 rows are imported and exported, one more is refused', async () => {
    const lines = Array.from({ length: 10_000 }, (_, n) => `A${n},Chair ${n},,${n}.5,tag${n % 7}`)
    const csv = [HEADER, ...lines].join('\n')
    assertProblem(await send(`${csv}\nB,Sofa,,1,\n`), 422, 'import_too_long')
    assert.deepEqual(await imported(csv), [10_000, 0, 0, 7])
    assert.deepEqual(await imported(csv.replaceAll('.5', '.25')), [0, 10_000, 0, 0])
    assert.equal((await rows()).length, 10_000)
  })

  test('a body of its own size and type is taken, in UTF-8', async () => {
    const wide = `${HEADER}\n${Array.from({ length: 400 }, (_, n) => `A${n},C,${'x'.repeat(4900)},1,`).join('\n')}`
    assert.deepEqual(await imported(wide), [400, 0, 0, 0])
    assertProblem(await send('x'.repeat(8 * 1024 * 1024 + 1)), 413, 'body_too_large')
    assertProblem(await call('POST', `stores/${store.id}/items/import`, {}), 415, 'unsupported_media_type')
    const labelled = await send(`${HEADER}\nB1,Café,,1,\n`, {
      headers: { 'content-type': 'text/csv; charset=UTF-8; header=present' },
    })
    assert.equal(labelled.body.created, 1)
    const latin1 = await fetch(`${loggia.address}/api/v1/stores/${store.id}/items/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ana.token}`, 'content-type': 'text/csv' },
      body: Buffer.from(`${HEADER}\nA1,Café,,1,\n`, 'latin1'),
    })
    assert.equal(((await latin1.json()) as { code: string }).code, 'malformed_csv')
  })

  test('only the owner imports, only into what is there', async () => {
    const ben = await loggia.register(`ben${made}`)
    for (const query of ['', '?dry_run=true']) {
      assertProblem(await send(`${HEADER}\n`, { person: ben, query }), 403, 'not_yours')
      assertProblem(await send(`${HEADER}\n`, { id: 999_999, query }), 404, 'store_not_found')
    }
  })

  test('of imports at once one creates, and the others find what it made', async () => {
    const csv = `${HEADER}\nA1,Chair,,1,x\nA2,Sofa,,2,y\n`
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => imported(csv)))
    assert.deepEqual(outcomes.map(String).sort(), ['0,0,2,0', '0,0,2,0', '0,0,2,0', '0,0,2,0', '2,0,0,2'])
    assert.equal((await items()).length, 2)
  })

  test('two items of a store do not have one external id', async () => {
    await imported(`${HEADER}\n${good}\n`)
    const other = { name: 'Sofa', price_minor: 1, store_id: store.id }
    assertProblem(await call('POST', 'items', { ...other, external_id: 'A1' }), 409, 'external_id_taken')
    const { id } = (await call('POST', 'items', other)).body
    assertProblem(await call('PATCH', `items/${id}`, { external_id: 'A1' }), 409, 'external_id_taken')
    assert.equal((await call('PATCH', `items/${id}`, { external_id: 'A2' })).body.external_id, 'A2')
    store = await newStore()
    const elsewhere = { ...other, store_id: store.id, external_id: 'A1' }
    assert.equal((await call('POST', 'items', elsewhere)).status, 201)
  })
})
