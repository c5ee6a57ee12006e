import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { tamper } from '../support/stored.ts'

suite('the catalogue refuses', () => {
  let loggia: TestLoggia
  let people: Record<'owner' | 'other' | 'admin', Person>
  let store: number
  let item: number
  let tag: number
  let otherStore: number
  let otherTag: number

  before(async () => {
    loggia = await startLoggia()
    const [owner, other] = [await loggia.register('ana'), await loggia.register('ben')]
    people = { owner, other, admin: await loggia.registerAdmin('root') }
    store = await make('stores', { name: 'Store' })
    item = await make('items', { name: 'Chair', price_minor: 1999, store_id: store })
    tag = await make(`stores/${store}/tags`, { name: 'furniture' })
    otherStore = await make('stores', { name: 'Other store' })
    otherTag = await make(`stores/${otherStore}/tags`, { name: 'sale' })
  })
  after(() => loggia.close())

  function call(
    who: keyof typeof people | 'nobody',
    method: string,
    path: string,
    body?: unknown,
    headers = {},
  ) {
    const token = who === 'nobody' ? {} : { token: people[who].token }
    return loggia.call(method, `/api/v1/${path}`, {
      ...token,
      ...(body === undefined ? {} : { body }),
      headers,
    })
  }

  async function make(path: string, body: object): Promise<number> {
    const { status, body: made } = await call('owner', 'POST', path, body)
    assert.equal(status, 201, JSON.stringify(made))
    return made.id
  }

  /** The names in braces stand for the ids of the records above. */
  function withIds(text: string): string {
    const ids: Record<string, number> = { store, item, tag, otherStore, otherTag }
    return text.replace(/\{(\w+)\}/g, (_, name) => String(ids[name]))
  }

  const newItem = { name: 'Sofa', price_minor: 1, store_id: 1 }
  const WRITES: [method: string, path: string, body?: unknown][] = [
    ['PATCH', 'stores/{store}', { name: 'Mine' }],
    ['DELETE', 'stores/{store}'],
    ['POST', 'items', newItem],
    ['PUT', 'items/{item}', { name: 'Sofa', price_minor: 1 }],
    ['PATCH', 'items/{item}', { price_minor: 1 }],
    ['DELETE', 'items/{item}'],
    ['POST', 'stores/{store}/tags', { name: 'mine' }],
    ['PATCH', 'tags/{tag}', { name: 'mine' }],
    ['DELETE', 'tags/{tag}'],
    ['PUT', 'items/{item}/tags/{tag}'],
    ['DELETE', 'items/{item}/tags/{tag}'],
  ]
  const READS = [
    'stores',
    'stores/{store}',
    'stores/{store}/items.csv',
    'items',
    'items/{item}',
    'stores/{store}/tags',
    'tags/{tag}',
  ]

  for (const [method, path, body] of [...WRITES, ...READS.map((read) => ['GET', read] as const)]) {
    test(`${method} ${path} without a token`, async () => {
      const refused = await call('nobody', method, withIds(path), body)
      assert.equal(refused.status, 401)
      assert.equal(refused.body.code, 'credentials_missing')
    })
  }

  for (const [method, path, body] of WRITES) {
    test(`${method} ${path} of another's store`, async () => {
      const refused = await call('other', method, withIds(path), body)
      assert.equal(refused.status, 403)
      assert.equal(refused.body.code, 'not_yours')
    })
  }

  const ABSENT = 999_999
  for (const [method, path, code, body] of [
    ['GET', `stores/${ABSENT}`, 'store_not_found'],
    ['PATCH', `stores/${ABSENT}`, 'store_not_found', { name: 'x' }],
    ['DELETE', `stores/${ABSENT}`, 'store_not_found'],
    ['GET', `stores/${ABSENT}/tags`, 'store_not_found'],
    ['GET', `stores/${ABSENT}/items.csv`, 'store_not_found'],
    ['POST', `stores/${ABSENT}/tags`, 'store_not_found', { name: 'x' }],
    ['GET', `items/${ABSENT}`, 'item_not_found'],
    ['PUT', `items/${ABSENT}`, 'item_not_found', { name: 'x', price_minor: 1 }],
    ['PATCH', `items/${ABSENT}`, 'item_not_found', { name: 'x' }],
    ['DELETE', `items/${ABSENT}`, 'item_not_found'],
    ['PUT', `items/${ABSENT}/tags/{tag}`, 'item_not_found'],
    ['PUT', `items/{item}/tags/${ABSENT}`, 'tag_not_found'],
    ['DELETE', `items/{item}/tags/${ABSENT}`, 'item_tag_not_found'],
    ['GET', `tags/${ABSENT}`, 'tag_not_found'],
    ['PATCH', `tags/${ABSENT}`, 'tag_not_found', { name: 'x' }],
    ['DELETE', `tags/${ABSENT}`, 'tag_not_found'],
  ] as [string, string, string, unknown?][]) {
    test(`${method} ${path}`, async () => {
      const refused = await call('owner', method, withIds(path), body)
      assert.equal(refused.status, 404)
      assert.equal(refused.body.code, code)
    })
  }

  const long = 'x'.repeat(201)
  for (const [method, path, body, pointer] of [
    ['POST', 'stores', {}, '/name'],
    ['POST', 'stores', { name: 7 }, '/name'],
    ['POST', 'stores', { name: '' }, '/name'],
    ['POST', 'stores', { name: ' \u200b ' }, '/name'],
    ['POST', 'stores', { name: 'two\nlines' }, '/name'],
    ['POST', 'stores', { name: long }, '/name'],
    ['POST', 'stores', { name: 'x', currency: 'eur' }, '/currency'],
    ['POST', 'stores', { name: 'x', currency: 'EURO' }, '/currency'],
    ['POST', 'stores', { name: 'x', owner_id: 1 }, '/owner_id'],
    ['PATCH', 'stores/{store}', {}, ''],
    ['POST', 'items', { ...newItem, name: long }, '/name'],
    ['POST', 'items', { ...newItem, description: 'x'.repeat(5001) }, '/description'],
    ['POST', 'items', { ...newItem, price_minor: -1 }, '/price_minor'],
    ['POST', 'items', { ...newItem, price_minor: 19.99 }, '/price_minor'],
    ['POST', 'items', { ...newItem, price_minor: '1999' }, '/price_minor'],
    ['POST', 'items', { ...newItem, price_minor: 2 ** 53 }, '/price_minor'],
    ['POST', 'items', { ...newItem, price_minor: null }, '/price_minor'],
    ['POST', 'items', { ...newItem, price: 1 }, '/price'],
    ['POST', 'items', { name: 'x', price_minor: 1 }, '/store_id'],
    ['POST', 'items', { ...newItem, store_id: ABSENT }, '/store_id'],
    ['PATCH', 'items/{item}', { store_id: 1 }, '/store_id'],
    ['PATCH', 'items/{item}', { price_minor: 0.5 }, '/price_minor'],
    ['PUT', 'items/{item}', { name: 'x' }, '/price_minor'],
    ['POST', 'stores/{store}/tags', { name: long }, '/name'],
    ['POST', 'stores/{store}/tags', { name: 'x', store_id: 1 }, '/store_id'],
    ['POST', 'items', { ...newItem, external_id: '' }, '/external_id'],
    ['POST', 'items', { ...newItem, external_id: '#17' }, '/external_id'],
    ['POST', 'items', { ...newItem, external_id: ' A1' }, '/external_id'],
    ['PATCH', 'items/{item}', { external_id: 'x'.repeat(101) }, '/external_id'],
    ['PATCH', 'tags/{tag}', {}, '/name'],
    ['GET', 'stores/abc', undefined, '?id'],
    ['GET', 'items?store_id=0', undefined, '?store_id'],
    ['GET', 'items?limit=101', undefined, '?limit'],
    ['GET', 'items?q=!', undefined, '?q'],
    ['GET', 'items?tag=', undefined, '?tag'],
    ['GET', 'items?price_min=-1', undefined, '?price_min'],
    ['GET', 'items?price_max=1.5', undefined, '?price_max'],
    ['GET', 'items?sort=description', undefined, '?sort'],
    ['GET', 'stores?owner=1', undefined, '?owner'],
    ['GET', 'stores?q=', undefined, '?q'],
    ['GET', 'stores?cursor=nonsense', undefined, '?cursor'],
  ] as [string, string, unknown, string][]) {
    test(`${method} ${path} ${JSON.stringify(body)?.slice(0, 60) ?? ''}`, async () => {
      const refused = await call('owner', method, withIds(path), body)
      assert.equal(refused.status, 422)
      const pointers = refused.body.errors.map((error: { pointer: string }) => error.pointer)
      assert.ok(pointers.includes(pointer), JSON.stringify(refused.body))
    })
  }

  for (const [method, path, body] of WRITES.filter(([method]) => method !== 'POST')) {
    test(`${method} ${path} of what was changed since`, async () => {
      const refused = await call('owner', method, withIds(path), body, { 'if-match': '"old"' })
      assert.equal(refused.status, 412)
      assert.equal(refused.body.code, 'precondition_failed')
    })
  }

  test('deleting a store with a token that was refreshed', async () => {
    const body = { refresh_token: people.other.refreshToken }
    const { access_token: token } = (await call('nobody', 'POST', 'auth/refresh', body)).body
    const refused = await loggia.call('DELETE', `/api/v1/stores/${otherStore}`, { token })
    assert.equal(refused.status, 401)
    assert.equal(refused.body.code, 'fresh_token_required')
  })

  for (const statement of [
    "insert into stores (owner_id, name, name_key, currency) values (1, 'x', 'store', 'EUR')",
    "insert into stores (owner_id, name, name_key, currency) values (1, 'x', 'x', 'eur')",
    "insert into stores (owner_id, name, name_key, currency) values (999999, 'x', 'x', 'EUR')",
    "insert into items (store_id, name, price_minor) values ({store}, 'x', -1)",
    "insert into items (store_id, name, price_minor) values ({store}, 'x', 9007199254740992)",
    "insert into items (store_id, name, price_minor, external_id) values ({store}, 'x', 1, '')",
    "insert into items (store_id, name, price_minor, external_id) values ({store}, 'x', 1, 'A'), ({store}, 'y', 1, 'A')",
    "insert into items (store_id, name, price_minor) values (999999, 'x', 1)",
    "insert into tags (store_id, name, name_key) values ({store}, 'x', 'furniture')",
    'insert into item_tags (store_id, item_id, tag_id) values ({store}, {item}, {otherTag})',
    'insert into item_tags (store_id, item_id, tag_id) values ({otherStore}, {item}, {otherTag})',
    'insert into item_tags values ({store}, {item}, {tag}); delete from tags where id = {tag}',
  ]) {
    test(`by its tables alone: ${statement}`, async () => {
      await assert.rejects(tamper(loggia.dataDir, withIds(statement)), /constraint/)
    })
  }

  test('nothing to an administrator', async () => {
    assert.equal((await call('admin', 'PATCH', `items/${item}`, { name: 'Throne' })).status, 200)
    assert.equal((await call('admin', 'PUT', `items/${item}/tags/${tag}`)).status, 200)
    assert.equal((await call('admin', 'DELETE', `stores/${store}`)).status, 204)
  })
})
