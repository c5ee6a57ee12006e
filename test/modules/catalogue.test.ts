import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { type Answer, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('catalogue', () => {
  let loggia: TestLoggia
  let ana: Person
  let ben: Person
  let store: { id: number; name: string; currency: string }
  let made = 0

  before(async () => {
    loggia = await startLoggia()
    // @NOTE Accounts can be deleted only where there is an administrator.
    await loggia.registerAdmin('root')
    ana = await loggia.register('ana')
    ben = await loggia.register('ben')
  })
  beforeEach(async () => {
    made += 1
    store = await make('stores', { name: `Store ${made}` })
  })
  after(() => loggia.close())

  const as =
    (person: Person) =>
    (method: string, path: string, body?: unknown, headers = {}) =>
      loggia.call(method, `/api/v1/${path}`, {
        token: person.token,
        ...(body === undefined ? {} : { body }),
        headers,
      })
  const call = (method: string, path: string, body?: unknown, headers = {}): Promise<Answer> =>
    as(ana)(method, path, body, headers)

  async function make(path: string, body: object) {
    const answer = await call('POST', path, body)
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return answer.body
  }
  const makeItem = (name: string, more: object = {}) =>
    make('items', { name, price_minor: 1999, store_id: store.id, ...more })
  const makeTag = (name: string) => make(`stores/${store.id}/tags`, { name })

  test('a store is made with euros unless said otherwise, and found at its Location', async () => {
    const answer = await call('POST', 'stores', { name: 'Chairs & more' })
    assert.equal(answer.status, 201)
    const { id } = answer.body
    assert.deepEqual(answer.body, { id, name: 'Chairs & more', currency: 'EUR', items: [], tags: [] })
    assert.equal(answer.headers.get('location'), `/api/v1/stores/${id}`)
    assert.deepEqual((await call('GET', `stores/${id}`)).body, answer.body)
    assert.equal((await make('stores', { name: 'Sushi', currency: 'JPY' })).currency, 'JPY')
  })

  test('a store shows its items and tags, alone and in the list', async () => {
    const [chair, sofa] = [await makeItem('Chair'), await makeItem('Sofa', { price_minor: 0 })]
    const tag = await makeTag('furniture')
    const shown = {
      ...store,
      items: [
        { id: chair.id, name: 'Chair', price_minor: 1999 },
        { id: sofa.id, name: 'Sofa', price_minor: 0 },
      ],
      tags: [{ id: tag.id, name: 'furniture' }],
    }
    assert.deepEqual((await call('GET', `stores/${store.id}`)).body, shown)
    const list = (await call('GET', 'stores?limit=100')).body.items
    assert.deepEqual(
      list.find(({ id }: { id: number }) => id === store.id),
      shown,
    )
  })

  test('an item is made, found at its Location, and seen by everybody', async () => {
    const answer = await call('POST', 'items', { name: 'Chair', price_minor: 1999, store_id: store.id })
    assert.equal(answer.status, 201)
    const { id } = answer.body
    const shown = { id, external_id: null, name: 'Chair', description: null, price_minor: 1999, tags: [] }
    assert.deepEqual(answer.body, {
      ...shown,
      store: { id: store.id, name: store.name, currency: store.currency },
    })
    assert.equal(answer.headers.get('location'), `/api/v1/items/${id}`)
    assert.deepEqual((await as(ben)('GET', `items/${id}`)).body, answer.body)
  })

  test('the highest price comes back as it was given', async () => {
    const { id } = await makeItem('Palace', { price_minor: Number.MAX_SAFE_INTEGER })
    assert.equal((await call('GET', `items/${id}`)).body.price_minor, Number.MAX_SAFE_INTEGER)
  })

  test('PATCH changes what it names', async () => {
    const item = await makeItem('Chair', { description: 'Oak' })
    const changed = await call('PATCH', `items/${item.id}`, { price_minor: 5 })
    assert.equal(changed.status, 200)
    assert.deepEqual(changed.body, { ...item, price_minor: 5 })
    assert.deepEqual((await call('GET', `items/${item.id}`)).body, changed.body)
  })

  test('PUT replaces everything but store and tags', async () => {
    const item = await makeItem('Chair', { description: 'Oak' })
    const changed = await call('PUT', `items/${item.id}`, { name: 'Stool', price_minor: 5 })
    assert.equal(changed.status, 200)
    assert.deepEqual(changed.body, { ...item, name: 'Stool', description: null, price_minor: 5 })
  })

  test('a store changes its name and currency', async () => {
    const changed = await call('PATCH', `stores/${store.id}`, { currency: 'USD' })
    assert.deepEqual(changed.body, { ...store, currency: 'USD' })
    const named = await call('PATCH', `stores/${store.id}`, { name: store.name.toUpperCase() })
    assert.deepEqual(named.body, { ...store, currency: 'USD', name: store.name.toUpperCase() })
  })

  test('a store name is taken without regard to case and spacing, when made and when changed', async () => {
    const name = ` ${store.name.toUpperCase().replace(' ', '  ')}`
    const other = await make('stores', { name: `Other ${made}` })
    for (const taken of [
      await call('POST', 'stores', { name }),
      await as(ben)('POST', 'stores', { name }),
      await call('PATCH', `stores/${other.id}`, { name }),
    ]) {
      assert.equal(taken.status, 409)
      assert.equal(taken.body.code, 'store_name_taken')
      assert.equal(taken.body.errors[0].pointer, '/name')
    }
  })

  test('lists page from the oldest to the newest, each record once', async () => {
    const itemNames = ['Chair', 'Sofa', 'Table', 'Lamp', 'Shelf']
    for (const name of itemNames) await makeItem(name)
    assert.deepEqual(await namesIn(`items?limit=2&store_id=${store.id}`), itemNames)
    const tagNames = ['wood', 'steel', 'oak']
    for (const name of tagNames) await makeTag(name)
    assert.deepEqual(await namesIn(`stores/${store.id}/tags?limit=1`), tagNames)
    const storeNames = await namesIn('stores?limit=1')
    assert.equal(storeNames.at(-1), store.name)
    assert.equal(new Set(storeNames).size, storeNames.length)
  })

  async function namesIn(list: string): Promise<string[]> {
    const names: string[] = []
    let cursor = ''
    do {
      const { body } = await call('GET', list + cursor)
      names.push(...body.items.map(({ name }: { name: string }) => name))
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
    } while (cursor !== '')
    return names
  }

  test('a tag name is taken in its own store only', async () => {
    const tag = await makeTag('Sale')
    assert.deepEqual(tag, {
      id: tag.id,
      name: 'Sale',
      store: { id: store.id, name: store.name, currency: store.currency },
      items: [],
    })
    const taken = await call('POST', `stores/${store.id}/tags`, { name: 'sale' })
    assert.equal(taken.status, 409)
    assert.equal(taken.body.code, 'tag_name_taken')
    store = await make('stores', { name: `Other ${made}` })
    await makeTag('Sale')
  })

  test('a tag is put on an item, once however often, and seen from both sides', async () => {
    const [item, tag] = [await makeItem('Chair'), await makeTag('furniture')]
    const path = `items/${item.id}/tags/${tag.id}`
    const linked = await call('PUT', path)
    assert.equal(linked.status, 200)
    assert.deepEqual(linked.body, { ...item, tags: [{ id: tag.id, name: 'furniture' }] })
    assert.deepEqual((await call('PUT', path)).body, linked.body)
    assert.deepEqual((await call('GET', `items/${item.id}`)).body, linked.body)
    const shown = { ...tag, items: [{ id: item.id, name: 'Chair', price_minor: 1999 }] }
    assert.deepEqual((await as(ben)('GET', `tags/${tag.id}`)).body, shown)
    assert.deepEqual((await call('GET', `stores/${store.id}/tags`)).body.items, [shown])
  })

  test('a tag is taken off an item, which is not done twice', async () => {
    const [item, tag] = [await makeItem('Chair'), await makeTag('furniture')]
    const path = `items/${item.id}/tags/${tag.id}`
    await call('PUT', path)
    assert.equal((await call('DELETE', path)).status, 204)
    assert.deepEqual((await call('GET', `items/${item.id}`)).body.tags, [])
    const again = await call('DELETE', path)
    assert.equal(again.status, 404)
    assert.equal(again.body.code, 'item_tag_not_found')
  })

  test('a tag goes on items of its own store only', async () => {
    const item = await makeItem('Chair')
    store = await make('stores', { name: `Other ${made}` })
    const foreign = await makeTag('furniture')
    const refused = await call('PUT', `items/${item.id}/tags/${foreign.id}`)
    assert.equal(refused.status, 409)
    assert.equal(refused.body.code, 'tag_of_other_store')
    assert.deepEqual((await call('GET', `items/${item.id}`)).body.tags, [])
  })

  test('a tag in use is not deleted, and says on how many items it is', async () => {
    const tag = await makeTag('furniture')
    for (const name of ['Chair', 'Sofa'])
      await call('PUT', `items/${(await makeItem(name)).id}/tags/${tag.id}`)
    const refused = await call('DELETE', `tags/${tag.id}`)
    assert.equal(refused.status, 409)
    assert.equal(refused.body.code, 'tag_in_use')
    assert.match(refused.body.detail, /on 2 items/)
    assert.equal((await call('GET', `tags/${tag.id}`)).status, 200)
  })

  test('deleting an item takes its tags off, so that they can be deleted', async () => {
    const [item, tag] = [await makeItem('Chair'), await makeTag('furniture')]
    await call('PUT', `items/${item.id}/tags/${tag.id}`)
    assert.equal((await call('DELETE', `items/${item.id}`)).status, 204)
    assert.equal((await call('GET', `items/${item.id}`)).status, 404)
    assert.deepEqual((await call('GET', `tags/${tag.id}`)).body.items, [])
    assert.equal((await call('DELETE', `tags/${tag.id}`)).status, 204)
    assert.equal((await call('GET', `tags/${tag.id}`)).status, 404)
  })

  test('deleting a store takes its items and tags with it, linked or not', async () => {
    const [item, tag] = [await makeItem('Chair'), await makeTag('furniture')]
    await call('PUT', `items/${item.id}/tags/${tag.id}`)
    assert.equal((await call('DELETE', `stores/${store.id}`)).status, 204)
    for (const path of [`stores/${store.id}`, `items/${item.id}`, `tags/${tag.id}`])
      assert.equal((await call('GET', path)).status, 404, path)
  })

  test("deleting a user takes their stores, and nobody else's", async () => {
    const carl = await loggia.register(`carl${made}`)
    const his = (await as(carl)('POST', 'stores', { name: `Carl ${made}` })).body
    const item = (await as(carl)('POST', 'items', { name: 'Chair', price_minor: 1, store_id: his.id })).body
    const tag = (await as(carl)('POST', `stores/${his.id}/tags`, { name: 'furniture' })).body
    await as(carl)('PUT', `items/${item.id}/tags/${tag.id}`)
    assert.equal((await as(carl)('DELETE', `users/${carl.id}`)).status, 204)
    for (const path of [`stores/${his.id}`, `items/${item.id}`, `tags/${tag.id}`])
      assert.equal((await call('GET', path)).status, 404, path)
    assert.equal((await call('GET', `stores/${store.id}`)).status, 200)
  })
})
