import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'
import { tamper } from '../support/stored.ts'

const AT_ONCE = 8

suite('changes of one store at once', () => {
  let loggia: TestLoggia
  let ana: Person
  let store: number
  let item: number
  let tag: number
  let made = 0
  /** Run before a handler, when the caller is known already. */
  let beforeHandler: (() => Promise<void>) | undefined

  before(async () => {
    loggia = await startLoggia(
      {},
      { routes: (app) => app.addHook('preHandler', async () => beforeHandler?.()) },
    )
    ana = await loggia.register('ana')
  })
  beforeEach(async () => {
    made += 1
    store = (await call('POST', 'stores', { name: `Store ${made}` })).body.id
    item = (await call('POST', 'items', { name: 'Chair', price_minor: 1, store_id: store })).body.id
    tag = (await call('POST', `stores/${store}/tags`, { name: 'wood' })).body.id
  })
  after(() => loggia.close())

  const call = (method: string, path: string, body?: unknown, headers = {}, { token } = ana) =>
    loggia.call(method, `/api/v1/${path}`, { token, headers, ...(body === undefined ? {} : { body }) })

  const statuses = async (attempts: Promise<{ status: number }>[]) =>
    (await Promise.all(attempts)).map(({ status }) => status).sort()

  for (const noun of ['stores', 'items', 'tags']) {
    test(`of those who have read the same version of ${noun} one changes it`, async () => {
      const path = { stores: `stores/${store}`, items: `items/${item}`, tags: `tags/${tag}` }[noun] as string
      const version = String((await call('GET', path)).headers.get('etag'))
      const attempts = Array.from({ length: AT_ONCE }, (_, index) =>
        call('PATCH', path, { name: `${noun} ${made} ${index}` }, { 'if-match': version }),
      )
      assert.deepEqual(await statuses(attempts), [200, ...Array(AT_ONCE - 1).fill(412)])
    })
  }

  test('a tag is put on an item or deleted, never both', async () => {
    const [linked, deleted] = await Promise.all([
      call('PUT', `items/${item}/tags/${tag}`),
      call('DELETE', `tags/${tag}`),
    ])
    assert.match(`${linked.status} ${deleted.status}`, /^(200 409|404 204)$/)
  })

  test('an item that is made while its store is deleted is in it or refused', async () => {
    const makes = Array.from({ length: AT_ONCE }, () =>
      call('POST', 'items', { name: 'Sofa', price_minor: 1, store_id: store }),
    )
    const deleted = call('DELETE', `stores/${store}`)
    for (const status of await statuses(makes)) assert.ok([201, 422].includes(status), String(status))
    assert.equal((await deleted).status, 204)
    assert.deepEqual((await call('GET', `items?store_id=${store}`)).body.items, [])
  })

  test('what is made while its author is being deleted is refused, in every room', async () => {
    for (const [path, body] of [
      ['stores', { name: 'Too late' }],
      ['tasks', { text: 'Too late' }],
    ] as const) {
      const person = await loggia.register(`late-${path}`)
      beforeHandler = () => tamper(loggia.dataDir, `delete from users where id = ${person.id}`)
      try {
        assertProblem(await call('POST', path, body, {}, person), 409, 'deleted_meanwhile')
      } finally {
        beforeHandler = undefined
      }
    }
  })

  test('after every change the next read of the store shows it, byte for byte as in the list', async () => {
    const seen = new Set<string>()
    const other = (await call('POST', `stores/${store}/tags`, { name: 'oak' })).body.id
    for (const [method, path, body] of [
      ['PATCH', `stores/${store}`, { name: `Renamed ${made}` }],
      ['POST', 'items', { name: 'Sofa', price_minor: 2, store_id: store }],
      ['PATCH', `items/${item}`, { price_minor: 3 }],
      ['PUT', `items/${item}`, { name: 'Stool', price_minor: 3 }],
      ['PATCH', `tags/${tag}`, { name: 'steel' }],
      ['POST', `stores/${store}/tags`, { name: 'new' }],
      ['DELETE', `tags/${other}`, undefined],
      ['DELETE', `items/${item}`, undefined],
    ] as const) {
      const answer = await call(method, path, body)
      assert.ok(answer.status < 300, JSON.stringify(answer.body))
      const shown = await textOf(`stores/${store}`)
      assert.ok((await textOf('stores?owner=me&limit=100')).includes(shown), `${method} ${path}`)
      assert.ok(!seen.has(shown), `${method} ${path}`)
      seen.add(shown)
    }
    await call('DELETE', `stores/${store}`)
    assert.equal((await call('GET', `stores/${store}`)).status, 404)
  })

  async function textOf(path: string): Promise<string> {
    const headers = { authorization: `Bearer ${ana.token}` }
    return (await fetch(`${loggia.address}/api/v1/${path}`, { headers })).text()
  }
})
