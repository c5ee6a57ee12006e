import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { sendJsonText } from '../../src/http/conditional.ts'
import { type Answer, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'
import { sendRaw } from '../support/raw.ts'

const encoded = (json: string) => Buffer.from(json).toString('base64url')

suite('lists', () => {
  let loggia: TestLoggia
  let admin: Person
  let lists: string[]

  before(async () => {
    loggia = await startLoggia(
      {},
      {
        routes(app) {
          app.get('/kept', { config: { access: 'public' } }, async (request, reply) =>
            sendJsonText(request, reply, { text: '{"items":[]}', etag: '"kept"', nextCursor: 'WzFd' }),
          )
        },
      },
    )
    admin = await loggia.registerAdmin('root')
    await post('stores', { name: 'Corner' })
    await post('queues/1/messages', { body: null })
    for (const text of ['one', 'two', 'three', 'four', 'five']) await post('tasks', { text })
    lists = loggia.loggia.routes.flatMap(({ method, url, schema }) => {
      const query = (schema?.querystring ?? {}) as { properties?: object }
      return method === 'GET' && 'cursor' in (query.properties ?? {}) ? [url.replace(/:\w+/g, '1')] : []
    })
  })
  after(() => loggia.close())

  const get = (path: string) => loggia.call('GET', path, { token: admin.token })
  const post = (path: string, body: unknown) =>
    loggia.call('POST', `/api/v1/${path}`, { token: admin.token, body })

  function assertRefused(refused: Answer, pointer: string): void {
    assertProblem(refused, 422, 'validation_failed')
    const pointers = refused.body.errors.map((error: { pointer: string }) => error.pointer)
    assert.deepEqual([...new Set(pointers)], [pointer])
  }

  for (const [what, query, pointer] of [
    ['a limit of 0', 'limit=0', '?limit'],
    ['a limit of 101', 'limit=101', '?limit'],
    ['a limit in words', 'limit=ten', '?limit'],
    ['an empty cursor', 'cursor=', '?cursor'],
    ['garbage for a cursor', 'cursor=garbage', '?cursor'],
    ['an id for a cursor', 'cursor=5', '?cursor'],
    ['an endless cursor', `cursor=${'W'.repeat(501)}`, '?cursor'],
    ['a cursor of another list, of more values', `cursor=${encoded('["a",1]')}`, '?cursor'],
    ['a cursor of truths', `cursor=${encoded('[true]')}`, '?cursor'],
    ['a cursor of lists', `cursor=${encoded('[[1]]')}`, '?cursor'],
    ['a cursor that no engine can compare with', `cursor=${encoded('["\\u0000"]')}`, '?cursor'],
    ['a cursor of nothing', `cursor=${encoded('[]')}`, '?cursor'],
    ['a cursor of null', `cursor=${encoded('[null]')}`, '?cursor'],
    ['a cursor of an object', `cursor=${encoded('{"0":1,"length":1}')}`, '?cursor'],
    ['a cursor of a fraction', `cursor=${encoded('[1.5]')}`, '?cursor'],
    ['a cursor past all numbers', `cursor=${encoded('[1e999]')}`, '?cursor'],
    ['a cursor that we would have written otherwise', `cursor=${encoded('[ 1]')}`, '?cursor'],
  ] as const) {
    test(`every list refuses ${what}`, async () => {
      assert.ok(lists.length >= 5)
      for (const path of lists) assertRefused(await get(`${path}?${query}`), pointer)
    })
  }

  test('a cursor with a character too few or too many is refused', async () => {
    const { next_cursor } = (await get('/api/v1/tasks?limit=2')).body
    assert.equal((await get(`/api/v1/tasks?cursor=${next_cursor}`)).status, 200)
    for (const spoilt of [
      next_cursor.slice(0, -1),
      next_cursor.slice(1),
      `${next_cursor}=`,
      `${next_cursor}A`,
      `%20${next_cursor}`,
      `!${next_cursor}`,
      next_cursor.toUpperCase(),
    ]) {
      assertRefused(await get(`/api/v1/tasks?cursor=${spoilt}`), '?cursor')
    }
  })

  test('a cursor is good when its item and the one behind it are gone', async () => {
    for (const text of ['1', '2']) await post('tasks', { text })
    const { items, next_cursor } = (await get('/api/v1/tasks?limit=1&sort=-text&q=2')).body
    assert.equal(next_cursor, null)
    const page = (await get('/api/v1/tasks?limit=1&sort=text')).body
    for (const { id } of [...items, ...page.items])
      await loggia.call('DELETE', `/api/v1/tasks/${id}`, { token: admin.token })
    const rest = await get(`/api/v1/tasks?limit=1&sort=text&cursor=${page.next_cursor}`)
    assert.equal(rest.status, 200)
    assert.equal(rest.body.items[0].text, 'five')
  })

  test('following Link from page to page shows each item once, and the last page has none', async () => {
    const seen: string[] = []
    let next: string | undefined = '/api/v1/tasks?limit=2'
    while (next !== undefined) {
      const page: Answer = await get(next)
      seen.push(...page.body.items.map(({ text }: { text: string }) => text))
      const link = page.headers.get('link')
      assert.equal(link === null, page.body.next_cursor === null)
      next = /^<([^>]+)>; rel="next"$/.exec(link ?? '')?.[1]
    }
    assert.deepEqual(seen, ['five', 'four', 'three', 'two', 'one'])
  })

  test('Link keeps what was asked for, and replaces the cursor', async () => {
    for (const name of ['a', 'b', 'c']) await post('items', { name, price_minor: 1, store_id: 1 })
    const first = await get('/api/v1/items?store_id=1&limit=1')
    const second = await get(/<(.+)>/.exec(String(first.headers.get('link')))?.[1] ?? '')
    const expected = `</api/v1/items?store_id=1&limit=1&cursor=${second.body.next_cursor}>; rel="next"`
    assert.equal(second.headers.get('link'), expected)
  })

  test('HEAD and 304 carry the Link too', async () => {
    const got = await get('/api/v1/tasks?limit=2')
    const head = await loggia.call('HEAD', '/api/v1/tasks?limit=2', { token: admin.token })
    const headers = { 'if-none-match': String(got.headers.get('etag')) }
    const unchanged = await loggia.call('GET', '/api/v1/tasks?limit=2', { token: admin.token, headers })
    assert.equal(unchanged.status, 304)
    for (const { headers } of [head, unchanged]) assert.equal(headers.get('link'), got.headers.get('link'))
  })

  test('a list that is kept as text has its Link and its tag like any other', async () => {
    const { status, headers, body } = await get('/kept?limit=5')
    assert.deepEqual([status, body], [200, { items: [] }])
    assert.equal(headers.get('link'), '</kept?limit=5&cursor=WzFd>; rel="next"')
    const seen = { 'if-none-match': String(headers.get('etag')) }
    assert.equal((await loggia.call('GET', '/kept?limit=5', { headers: seen })).status, 304)
  })

  test('Link leads to this server, whatever the request line names', async () => {
    const answer = await sendRaw(loggia.address, [
      'GET http://evil.example/api/v1/tasks?limit=%32 HTTP/1.1',
      'Host: evil.example',
      'Connection: close',
      `Authorization: Bearer ${admin.token}`,
    ])
    assert.match(String(answer.headers['link']), /^<\/api\/v1\/tasks\?limit=2&cursor=[\w-]+>; rel="next"$/)
  })
})
