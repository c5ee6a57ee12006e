import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

interface Named {
  id: number
  name: string
}

suite('searching the catalogue', () => {
  let loggia: TestLoggia
  let ana: Person
  let ben: Person
  let wood: Named
  let steel: Named

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
    ben = await loggia.register('ben')
    wood = await make('stores', { name: 'Été & Wood' })
    steel = await make('stores', { name: 'Steelworks', currency: 'JPY' }, ben)
    for (const [name, price_minor] of [
      ['Oak chair', 1999],
      ['Ёлка', 500],
      ['oak TABLE', 9900],
      ['椅子', 1999],
      ['Chair (Ökologisch)', 2500],
    ] as const)
      await make('items', { name, price_minor, store_id: wood.id })
    await make('items', { name: 'Steel chair', price_minor: 3000, store_id: steel.id }, ben)
    await tag(wood, ['Oak chair', 'oak TABLE'], 'Real Wood')
    await tag(steel, ['Steel chair'], 'real wood', ben)
  })
  after(() => loggia.close())

  async function make(path: string, body: object, { token }: Person = ana) {
    const answer = await loggia.call('POST', `/api/v1/${path}`, { token, body })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return answer.body
  }

  async function tag(store: Named, items: string[], name: string, owner: Person = ana): Promise<void> {
    const { id } = await make(`stores/${store.id}/tags`, { name }, owner)
    const { token } = owner
    const found = (await loggia.call('GET', `/api/v1/items?store_id=${store.id}`, { token })).body.items
    for (const item of found.filter((item: Named) => items.includes(item.name)))
      await loggia.call('PUT', `/api/v1/items/${item.id}/tags/${id}`, { token })
  }

  async function namesIn(list: string, { token }: Person = ana): Promise<string[]> {
    const { status, body } = await loggia.call('GET', `/api/v1/${list}`, { token })
    assert.equal(status, 200, JSON.stringify(body))
    return body.items.map(({ name }: Named) => name)
  }

  const search = (query: Record<string, string>) => `items?${new URLSearchParams(query)}`

  for (const [query, found] of [
    [{ q: 'oak' }, ['Oak chair', 'oak TABLE']],
    [{ q: 'OAK tab' }, ['oak TABLE']],
    [{ q: 'chair oak' }, ['Oak chair']],
    [{ q: 'air' }, []],
    [{ q: 'oko' }, ['Chair (Ökologisch)']],
    [{ q: '(ÖKO)' }, ['Chair (Ökologisch)']],
    [{ q: 'елк' }, ['Ёлка']],
    [{ q: '子' }, ['椅子']],
    [{ q: '%' + 'a' }, []],
    [{ tag: 'real  WOOD' }, ['Oak chair', 'oak TABLE', 'Steel chair']],
    [{ tag: 'real' }, []],
    [{ price_min: '2500' }, ['oak TABLE', 'Chair (Ökologisch)', 'Steel chair']],
    [{ price_min: '1999', price_max: '1999' }, ['Oak chair', '椅子']],
    [{ price_min: '2', price_max: '1' }, []],
    [{ q: 'chair', tag: 'real wood', price_max: '2500' }, ['Oak chair']],
  ] as [Record<string, string>, string[]][]) {
    test(`items?${Object.entries(query).map((pair) => pair.join('='))} finds ${found.join(', ') || 'nothing'}`, async () => {
      assert.deepEqual(await namesIn(search(query)), found)
    })
  }

  test('a search of one store finds only its own', async () => {
    assert.deepEqual(await namesIn(search({ q: 'chair', store_id: String(steel.id) })), ['Steel chair'])
    assert.deepEqual(await namesIn(search({ tag: 'real wood', store_id: String(steel.id) })), ['Steel chair'])
  })

  const BY_NAME = ['Chair (Ökologisch)', 'Oak chair', 'oak TABLE', 'Steel chair', 'Ёлка', '椅子']
  const BY_PRICE = ['Ёлка', 'Oak chair', '椅子', 'Chair (Ökologisch)', 'Steel chair', 'oak TABLE']
  const OLDEST = ['Oak chair', 'Ёлка', 'oak TABLE', '椅子', 'Chair (Ökologisch)', 'Steel chair']
  for (const [sort, order] of [
    ['id', OLDEST],
    ['name', BY_NAME],
    ['price_minor', BY_PRICE],
  ] as const) {
    test(`sort=${sort} goes on from page to page, forwards and backwards`, async () => {
      assert.deepEqual(await walk(`items?limit=2&sort=${sort}`), order)
      assert.deepEqual(await walk(`items?limit=1&sort=-${sort}`), [...order].reverse())
    })
  }

  async function walk(list: string): Promise<string[]> {
    const names: string[] = []
    for (let cursor = ''; ; ) {
      const { body } = await loggia.call('GET', `/api/v1/${list}${cursor}`, { token: ana.token })
      names.push(...body.items.map(({ name }: Named) => name))
      if (body.next_cursor === null) return names
      cursor = `&cursor=${body.next_cursor}`
    }
  }

  test('a cursor belongs to its sort and filters', async () => {
    const { body } = await loggia.call('GET', '/api/v1/items?limit=1&sort=name', { token: ana.token })
    for (const other of ['sort=-name', 'sort=name&q=oak', 'sort=name&price_min=1', '']) {
      const path = `/api/v1/items?${other}&cursor=${body.next_cursor}`
      const refused = await loggia.call('GET', path, { token: ana.token })
      assert.equal(refused.status, 422, other)
      assert.equal(refused.body.errors[0].pointer, '?cursor')
    }
  })

  test('a store is found by words of its name, and among mine', async () => {
    assert.deepEqual(await namesIn('stores?q=ete'), [wood.name])
    assert.deepEqual(await namesIn('stores?q=works'), [])
    assert.deepEqual(await namesIn('stores?owner=me'), [wood.name])
    assert.deepEqual(await namesIn('stores?owner=me', ben), [steel.name])
    assert.deepEqual(await namesIn('stores?owner=me&q=ete', ben), [])
  })

  test('what was renamed is found by its new name only', async () => {
    const { token } = ana
    const store = await make('stores', { name: 'Before' })
    const item = await make('items', { name: 'Früher', price_minor: 1, store_id: store.id })
    await loggia.call('PATCH', `/api/v1/items/${item.id}`, { token, body: { name: 'Später' } })
    await loggia.call('PATCH', `/api/v1/stores/${store.id}`, { token, body: { name: 'Afterwards' } })
    assert.deepEqual(await namesIn(search({ q: 'fruher' })), [])
    assert.deepEqual(await namesIn(search({ q: 'spat' })), ['Später'])
    assert.deepEqual(await namesIn('stores?q=before'), [])
    assert.deepEqual(await namesIn('stores?q=afterwards'), ['Afterwards'])
    await loggia.call('DELETE', `/api/v1/stores/${store.id}`, { token })
    assert.deepEqual(await namesIn(search({ q: 'spat' })), [])
  })

  test('of a search of a hundred words the first ten count', async () => {
    const letters = Array.from({ length: 100 }, (_, index) => String.fromCodePoint(0x4e00 + index)).join('')
    const store = await make('stores', { name: letters })
    await make('items', { name: letters, price_minor: 1, store_id: store.id })
    for (const q of [letters, `${letters.slice(0, 10)}${'吗'.repeat(90)}`]) {
      assert.deepEqual(await namesIn(search({ q })), [letters])
      assert.deepEqual(await namesIn(`stores?${new URLSearchParams({ q })}`), [letters])
    }
    assert.deepEqual(await namesIn(search({ q: `吗${letters.slice(0, 99)}` })), [])
  })

  test('a name of one long word can be searched and sorted on every engine', async () => {
    const name = '\u{fdfa}'.repeat(200)
    const store = await make('stores', { name: 'Long names' })
    for (const price_minor of [1, 2]) await make('items', { name, price_minor, store_id: store.id })
    assert.equal((await namesIn(search({ q: name.slice(0, 100) }))).length, 2)
    assert.equal((await walk(`items?limit=1&sort=name&store_id=${store.id}`)).length, 2)
  })
})
