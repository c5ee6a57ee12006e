import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { type Answer, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('versions and repeats in the catalogue', () => {
  let loggia: TestLoggia
  let ana: Person
  let made = 0
  let paths: Record<'store' | 'item' | 'tag' | 'link', string>

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
  })
  beforeEach(async () => {
    made += 1
    const store = (await call('POST', '/api/v1/stores', { name: `Store ${made}` })).body
    const newItem = { name: 'Chair', price_minor: 1999, store_id: store.id }
    const item = (await call('POST', '/api/v1/items', newItem)).body
    const tag = (await call('POST', `/api/v1/stores/${store.id}/tags`, { name: 'furniture' })).body
    paths = {
      store: `/api/v1/stores/${store.id}`,
      item: `/api/v1/items/${item.id}`,
      tag: `/api/v1/tags/${tag.id}`,
      link: `/api/v1/items/${item.id}/tags/${tag.id}`,
    }
  })
  after(() => loggia.close())

  function call(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> {
    return loggia.call(method, path, { token: ana.token, ...(body === undefined ? {} : { body }), headers })
  }

  async function versionOf(path: string): Promise<string> {
    return String((await call('GET', path)).headers.get('etag'))
  }

  for (const [method, changed, read, body] of [
    ['PATCH', 'store', 'store', { currency: 'USD' }],
    ['PATCH', 'item', 'item', { description: 'Oak' }],
    ['PUT', 'item', 'item', { name: 'Stool', price_minor: 5 }],
    ['PUT', 'link', 'item', undefined],
    ['PATCH', 'tag', 'tag', { name: 'renamed' }],
  ] as const) {
    test(`${method} ${changed} takes the version that was read, and answers with the next`, async () => {
      const version = await versionOf(paths[read])
      const answer = await call(method, paths[changed], body, { 'if-match': version })
      assert.equal(answer.status, 200)
      assert.equal(answer.headers.get('etag'), await versionOf(paths[read]))
      assert.equal((await call(method, paths[changed], body, { 'if-match': version })).status, 412)
    })
  }

  for (const [deleted, read] of [
    ['store', 'store'],
    ['item', 'item'],
    ['tag', 'tag'],
    ['link', 'item'],
  ] as const) {
    test(`DELETE ${deleted} takes the version that was read`, async () => {
      if (deleted === 'link') await call('PUT', paths.link)
      const version = await versionOf(paths[read])
      const answer = await call('DELETE', paths[deleted], undefined, { 'if-match': version })
      assert.equal(answer.status, 204)
    })
  }

  test('a store, its items and its tags have not changed for who read them already', async () => {
    for (const path of [paths.store, paths.item, paths.tag, '/api/v1/stores', `${paths.store}/tags`]) {
      const again = await call('GET', path, undefined, { 'if-none-match': await versionOf(path) })
      assert.equal(again.status, 304, path)
    }
  })

  for (const [method, path, body] of [
    ['POST', () => '/api/v1/stores', { name: 'Only once' }],
    ['POST', () => `${paths.store}/tags`, { name: 'only once' }],
    ['PATCH', () => paths.item, { price_minor: 7 }],
    ['PUT', () => paths.link, undefined],
    ['DELETE', () => paths.store, undefined],
  ] as const) {
    test(`a repeated ${method} ${JSON.stringify(body) ?? ''} is answered as the first was`, async () => {
      const headers = { 'idempotency-key': `${method}-${made}` }
      const [address, first] = [path(), await call(method, path(), body, headers)]
      const again = await call(method, address, body, headers)
      assert.equal(again.headers.get('idempotency-replayed'), 'true')
      assert.deepEqual([again.status, again.body], [first.status, first.body])
      for (const name of ['location', 'etag'])
        assert.equal(again.headers.get(name), first.headers.get(name), name)
    })
  }

  test('a repeated POST makes one item', async () => {
    const body = { name: 'Sofa', price_minor: 1, store_id: Number(paths.store.split('/').at(-1)) }
    for (let time = 0; time < 2; time += 1)
      await call('POST', '/api/v1/items', body, { 'idempotency-key': 'sofa' })
    const { items } = (await call('GET', paths.store)).body
    assert.deepEqual(
      items.map(({ name }: { name: string }) => name),
      ['Chair', 'Sofa'],
    )
  })
})
