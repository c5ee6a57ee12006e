import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Answer, Call } from '../support/call.ts'
import { movableClock } from '../support/clock.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { mailsTo } from '../support/mails.ts'

const JOSE = { username: 'jose', email: 'example@example.com', password: '1234' }
const noToken = { description: 'Request does not contain an access token.', error: 'authorization_required' }
const badToken = { error: 'invalid_token', message: 'Signature verification failed.' }
const revoked = { description: 'The token has been revoked.', error: 'token_revoked' }

suite('the stores API of others', () => {
  let loggia: TestLoggia
  let registered: Answer
  let jose: { access_token: string; refresh_token: string }
  let admin: string
  let adminToken: string
  const time = movableClock()

  const call = (method: string, path: string, more: Call = {}) =>
    loggia.call(method, `/compat/stores${path}`, more)
  const mine = (method: string, path: string, body?: unknown) =>
    call(method, path, { token: jose.access_token, ...(body === undefined ? {} : { body }) })
  const signIn = async () =>
    (await call('POST', '/login', { body: { username: 'jose', password: '1234' } })).body
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
  const fieldErrors = (fields: object) => ({
    code: 422,
    errors: { json: fields },
    status: 'Unprocessable Entity',
  })
  let names = 0
  const newStore = async () => (await mine('POST', '/store', { name: `Store ${++names}` })).body

  before(async () => {
    loggia = await startLoggia({}, { clock: time.clock })
    const root = await loggia.registerAdmin('root')
    adminToken = root.token
    registered = await call('POST', '/register', { body: JOSE })
    jose = await signIn()
    admin = (await call('POST', '/login', { body: { username: 'root', password: PASSWORD } })).body
      .access_token
  })
  after(() => loggia.close())

  test('registering says so and sends a mail', async () => {
    await loggia.drain()
    const mails = await mailsTo(loggia, adminToken, JOSE.email)
    assert.deepEqual([registered.status, registered.body], [201, { message: 'User created successfully.' }])
    assert.equal(mails.length, 1)
  })

  const missing = ['Missing data for required field.']
  for (const [what, body, status, answer] of [
    [
      'the same again',
      JOSE,
      409,
      {
        code: 409,
        message: 'A user with that username or email already exists.',
        status: 'Conflict',
      },
    ],
    ['nothing', {}, 422, fieldErrors({ email: missing, password: missing, username: missing })],
    ['no body', undefined, 422, fieldErrors({ email: missing, password: missing, username: missing })],
    ['a list', [], 422, fieldErrors({ _schema: ['Invalid input type.'] })],
    [
      'other types',
      { username: 1, email: null, password: '1', more: 1 },
      422,
      fieldErrors({
        more: ['Unknown field.'],
        username: ['Not a valid string.'],
        email: ['Field may not be null.'],
      }),
    ],
    [
      'an address that is none',
      { ...JOSE, username: 'other', email: 'nope' },
      422,
      fieldErrors({ email: ['Not a valid email address.'] }),
    ],
    [
      'malformed JSON',
      '{',
      400,
      { code: 400, errors: { json: ['Invalid JSON body.'] }, status: 'Bad Request' },
    ],
  ] as const) {
    test(`registering with ${what} is ${status}`, async () => {
      const refused = await call('POST', '/register', { body })
      assert.equal(refused.status, status)
      assert.deepEqual(refused.body, answer)
    })
  }

  test('tokens live for 15 minutes and 30 days, and the first is fresh', () => {
    const [access, refresh] = [claimsOf(jose.access_token), claimsOf(jose.refresh_token)]
    assert.deepEqual([access.exp - access.iat, refresh.exp - refresh.iat], [900, 2_592_000])
    assert.equal(access.fresh, true)
    assert.deepEqual([access.type, refresh.type, access.is_admin], ['access', 'refresh', false])
    assert.equal(claimsOf(admin).is_admin, true)
  })

  test('a wrong password is 401', async () => {
    const { status, body } = await call('POST', '/login', { body: { username: 'jose', password: 'no' } })
    assert.equal(status, 401)
    assert.deepEqual(body, { code: 401, message: 'Invalid credentials.', status: 'Unauthorized' })
  })

  for (const [what, headers, answer] of [
    ['no header', {}, noToken],
    ['another word', { authorization: 'Token x' }, noToken],
    ['the word alone', { authorization: 'Bearer' }, badToken],
    ['no token of ours', { authorization: 'Bearer bad' }, badToken],
    ['three words', { authorization: 'Bearer a b' }, badToken],
  ] as const) {
    test(`${what} is 401`, async () => {
      for (const [method, path] of [
        ['GET', '/item'],
        ['POST', '/refresh'],
      ] as const) {
        const refused = await call(method, path, { headers })
        assert.deepEqual([refused.status, refused.body], [401, answer], path)
      }
    })
  }

  test('a refresh token is no access token, and the other way round', async () => {
    const wrong = await call('GET', '/item', { token: jose.refresh_token })
    const wrongToo = await call('POST', '/refresh', { token: jose.access_token })
    assert.deepEqual([wrong.status, wrong.body], [401, badToken])
    assert.deepEqual([wrongToo.status, wrongToo.body], [401, badToken])
  })

  test('a refresh token gives access tokens again and again, none of them fresh', async () => {
    const store = await newStore()
    for (let time = 0; time < 2; time += 1) {
      const { status, body } = await call('POST', '/refresh', { token: jose.refresh_token })
      const read = await call('GET', '/item', { token: body.access_token })
      const item = { name: 'Chair', price: 1, store_id: store.id }
      const made = await call('POST', '/item', { token: body.access_token, body: item })
      assert.deepEqual([status, Object.keys(body)], [200, ['access_token']])
      assert.equal(read.status, 200)
      assert.deepEqual(
        [made.status, made.body],
        [401, { description: 'The token is not fresh.', error: 'fresh_token_required' }],
      )
    }
  })

  test('after a logout neither token is good', async () => {
    const session = await signIn()
    const out = await call('POST', '/logout', { token: session.access_token })
    const after = await call('GET', '/item', { token: session.access_token })
    const refreshed = await call('POST', '/refresh', { token: session.refresh_token })
    assert.deepEqual([out.status, out.body], [200, { message: 'Successfully logged out.' }])
    assert.deepEqual([after.status, after.body], [401, revoked])
    assert.deepEqual([refreshed.status, refreshed.body], [401, revoked])
  })

  test('a token that ran out is told so', async () => {
    const session = await signIn()
    time.advance(901)
    const { status, body } = await call('GET', '/item', { token: session.access_token })
    jose = await signIn()
    admin = (await call('POST', '/login', { body: { username: 'root', password: PASSWORD } })).body
      .access_token
    assert.equal(status, 401)
    assert.deepEqual(body, { error: 'token_expired', message: 'The token has expired.' })
  })

  test('a user is shown without a password, and deleted by themselves', async () => {
    const ana = { username: 'ana', email: 'ana@example.com', password: 'pw' }
    await call('POST', '/register', { body: ana })
    const { access_token: token } = (
      await call('POST', '/login', { body: { username: 'ana', password: 'pw' } })
    ).body
    const id = Number(claimsOf(token).sub)
    const anonymous = await call('GET', `/user/${id}`)
    const shown = await call('GET', `/user/${id}`, { token })
    const foreign = await mine('DELETE', `/user/${id}`)
    const deleted = await call('DELETE', `/user/${id}`, { token })
    const after = await call('GET', `/user/${id}`, { token })
    assert.equal(anonymous.status, 401)
    assert.deepEqual(shown.body, { id, username: 'ana' })
    assert.equal(foreign.status, 403)
    assert.deepEqual([deleted.status, deleted.body], [200, { message: 'User deleted.' }])
    assert.equal(after.status, 401)
  })

  test('a store is made once, read by all, and goes with its items and tags', async () => {
    const made = await mine('POST', '/store', { name: 'My Store' })
    const again = await mine('POST', '/store', { name: 'My Store' })
    const { id } = made.body
    await mine('POST', '/item', { name: 'Chair', price: 1, store_id: id })
    await mine('POST', `/store/${id}/tag`, { name: 'x' })
    const listed = await call('GET', '/store')
    const deleted = await mine('DELETE', `/store/${id}`)
    assert.deepEqual([made.status, made.body], [201, { id, items: [], name: 'My Store', tags: [] }])
    assert.deepEqual(
      [again.status, again.body],
      [400, { code: 400, message: 'A store with that name already exists.', status: 'Bad Request' }],
    )
    assert.ok(
      listed.body.some(
        (store: { id: number; items: object[] }) => store.id === id && store.items.length === 1,
      ),
    )
    assert.deepEqual([deleted.status, deleted.body], [200, { message: 'Store deleted' }])
    assert.equal((await call('GET', `/store/${id}`)).status, 404)
  })

  for (const [what, method, path, body, status, answer] of [
    [
      'a member that is none',
      'POST',
      '/store',
      { name: 'x', foo: 1 },
      422,
      fieldErrors({ foo: ['Unknown field.'] }),
    ],
    ['a store that is none', 'GET', '/store/999999', undefined, 404, { code: 404, status: 'Not Found' }],
    ['an id that is none', 'GET', '/store/abc', undefined, 404, { code: 404, status: 'Not Found' }],
    ['a slash at the end', 'GET', '/store/', undefined, 404, { code: 404, status: 'Not Found' }],
    ['a method that is none', 'PATCH', '/store', {}, 405, { code: 405, status: 'Method Not Allowed' }],
    [
      'an item of no store',
      'POST',
      '/item',
      { name: 'x', price: 1, store_id: 999_999 },
      422,
      fieldErrors({ store_id: ['There is no such store.'] }),
    ],
    [
      'an item of other types',
      'POST',
      '/item',
      { name: 'x', price: 'cheap', store_id: 'a' },
      422,
      fieldErrors({ price: ['Not a valid number.'], store_id: ['Not a valid integer.'] }),
    ],
    [
      'a price without end',
      'POST',
      '/item',
      { name: 'x', price: 'Infinity', store_id: 1 },
      422,
      fieldErrors({ price: ['Special numeric values (nan or infinity) are not permitted.'] }),
    ],
    [
      'a price that is none, as text',
      'POST',
      '/item',
      { name: 'x', price: 'nan', store_id: 1 },
      422,
      fieldErrors({ price: ['Special numeric values (nan or infinity) are not permitted.'] }),
    ],
    [
      'numbers in a spelling of ours alone',
      'POST',
      '/item',
      { name: 'x', price: '0x10', store_id: '0b1' },
      422,
      fieldErrors({ price: ['Not a valid number.'], store_id: ['Not a valid integer.'] }),
    ],
    ['a tag without a name', 'POST', '/store/1/tag', {}, 422, fieldErrors({ name: missing })],
  ] as const) {
    test(`${what} is ${status}`, async () => {
      const refused = await mine(method, path, body)
      assert.equal(refused.status, status)
      assert.deepEqual(refused.body, answer)
    })
  }

  test('a price is kept to the cent, and more digits are refused', async () => {
    const store = await newStore()
    const made = await mine('POST', '/item', { name: 'Chair', price: 17.99, store_id: store.id })
    const text = await mine('POST', '/item', { name: 'Desk', price: '20', store_id: String(store.id) })
    const finer = await mine('POST', '/item', { name: 'Sofa', price: 17.999, store_id: store.id })
    const { id } = made.body
    const same = { id: store.id, name: store.name }
    assert.deepEqual(
      [made.status, made.body],
      [201, { id, name: 'Chair', price: 17.99, store: same, tags: [] }],
    )
    assert.deepEqual((await mine('GET', `/item/${id}`)).body, made.body)
    assert.deepEqual([text.status, text.body.price], [201, 20])
    assert.equal(finer.status, 422)
    const dearest = await mine('POST', '/item', { name: 'Sofa', price: 1e30, store_id: store.id })
    assert.deepEqual(dearest.body, fieldErrors({ price: ['Is more than can be kept exactly.'] }))
  })

  test('an item is changed by what is said of it; one that is not there is not made', async () => {
    const store = await newStore()
    const { body: item } = await mine('POST', '/item', { name: 'Chair', price: 17.99, store_id: store.id })
    const changed = await mine('PUT', `/item/${item.id}`, { name: 'Another Chair', price: 20.0 })
    const part = await mine('PUT', `/item/${item.id}`, { name: 'Stool' })
    const absent = await mine('PUT', '/item/999999', { name: 'x', price: 1, store_id: store.id })
    assert.deepEqual([changed.status, changed.body], [200, { ...item, name: 'Another Chair', price: 20 }])
    assert.deepEqual([part.status, part.body.name, part.body.price], [200, 'Stool', 20])
    assert.equal(absent.status, 404)
  })

  test('an item is deleted by an administrator only', async () => {
    const store = await newStore()
    const { body: item } = await mine('POST', '/item', { name: 'Chair', price: 1, store_id: store.id })
    const refused = await mine('DELETE', `/item/${item.id}`)
    const deleted = await call('DELETE', `/item/${item.id}`, { token: admin })
    assert.deepEqual(
      [refused.status, refused.body],
      [401, { code: 401, message: 'Admin privilege required.', status: 'Unauthorized' }],
    )
    assert.deepEqual([deleted.status, deleted.body], [200, { message: 'Item deleted.' }])
  })

  test('a tag is put on an item, taken off, and deleted when it is on none', async () => {
    const store = await newStore()
    const { body: item } = await mine('POST', '/item', { name: 'Chair', price: 17.99, store_id: store.id })
    const tag = await mine('POST', `/store/${store.id}/tag`, { name: 'furniture' })
    const { id } = tag.body
    const again = await mine('POST', `/store/${store.id}/tag`, { name: 'furniture' })
    const linked = await mine('POST', `/item/${item.id}/tag/${id}`)
    const twice = await mine('POST', `/item/${item.id}/tag/${id}`)
    const inUse = await mine('DELETE', `/tag/${id}`)
    const unlinked = await mine('DELETE', `/item/${item.id}/tag/${id}`)
    const notLinked = await mine('DELETE', `/item/${item.id}/tag/${id}`)
    const deleted = await mine('DELETE', `/tag/${id}`)
    const shown = { id, name: 'furniture', store: { id: store.id, name: store.name } }
    assert.deepEqual([tag.status, tag.body], [201, { ...shown, items: [] }])
    assert.equal(again.status, 400)
    assert.deepEqual(
      [linked.status, linked.body],
      [201, { ...shown, items: [{ id: item.id, name: 'Chair', price: 17.99 }] }],
    )
    assert.deepEqual([twice.status, twice.body], [201, linked.body])
    assert.equal(inUse.status, 400)
    assert.match(inUse.body.message, /^Could not delete tag\./)
    assert.deepEqual(unlinked.body, { item, message: 'Item removed from tag', tag: tag.body })
    assert.equal(notLinked.status, 404)
    assert.deepEqual([deleted.status, deleted.body], [202, { message: 'Tag deleted.' }])
    assert.equal((await call('GET', `/tag/${id}`)).status, 404)
  })

  test("a tag of another store is not for this store's items", async () => {
    const [one, two] = [await newStore(), await newStore()]
    const { body: item } = await mine('POST', '/item', { name: 'Chair', price: 1, store_id: one.id })
    const { body: tag } = await mine('POST', `/store/${two.id}/tag`, { name: 'x' })
    const { status, body } = await mine('POST', `/item/${item.id}/tag/${tag.id}`)
    assert.equal(status, 400)
    assert.equal(body.message, 'Make sure item and tag belong to the same store before linking.')
    assert.equal((await call('GET', `/store/${two.id}/tag`)).body.length, 1)
  })

  for (const [method, path] of [
    ['POST', '/store'],
    ['DELETE', '/store/1'],
    ['POST', '/store/1/tag'],
    ['PUT', '/item/1'],
    ['DELETE', '/tag/1'],
    ['POST', '/item/1/tag/1'],
    ['DELETE', '/item/1/tag/1'],
  ] as const) {
    test(`${method} ${path} needs a token`, async () => {
      const { status, body } = await call(method, path, method === 'DELETE' ? {} : { body: { name: 'x' } })
      assert.deepEqual([status, body], [401, noToken])
    })
  }
})
