import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { withFolder } from '../support/process.ts'
import { allStoredText, stored } from '../support/stored.ts'

const KEYS = '/api/v1/auth/keys'

suite('API keys', () => {
  const { clock, advance } = movableClock()
  let loggia: TestLoggia
  let root: Person
  let ana: Person
  let count = 0

  before(async () => {
    loggia = await startLoggia({}, { clock })
    root = await loggia.registerAdmin('root')
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  const make = (token: string, scopes: unknown, name: unknown = 'A device') =>
    loggia.call('POST', KEYS, { token, body: { name, scopes } })
  const push = (key: string) =>
    loggia.call('POST', `/api/v1/queues/x${count++}/messages`, { token: key, body: { body: 1 } })

  test('a key is shown once, works at once, and is listed without its secret', async () => {
    const made = await make(root.token, ['queue:push'])
    assert.equal(made.status, 201)
    assert.match(made.body.key, /^lgk_\d+_[\w-]{32}$/)
    assert.equal((await push(made.body.key)).status, 201)
    const { items } = (await loggia.call('GET', KEYS, { token: root.token })).body
    const { key: _, ...shown } = made.body
    assert.deepEqual(
      items.find(({ id }: { id: number }) => id === made.body.id),
      { ...shown, last_used_at: items.at(-1).last_used_at },
    )
  })

  test('its secret is nowhere in the file', async () => {
    const { key } = (await make(root.token, ['queue:push'])).body
    assert.equal((await push(key)).status, 201)
    const secret = key.split('_').slice(2).join('_')
    assert.ok(!(await allStoredText(loggia.dataDir)).includes(secret))
  })

  const refusals: [
    why: string,
    by: () => Person,
    scopes: unknown,
    name: unknown,
    pointer: string,
    detail: RegExp,
  ][] = [
    ['an unknown scope', () => root, ['queue:push', 'x'], 'A', '/scopes/1', /must be one of/],
    ['a scope of every object', () => root, ['constructor'], 'A', '/scopes/0', /must be one of/],
    ["an administrator's scope", () => ana, ['queue:push'], 'A', '/scopes/0', /administrator/],
    ['no scope', () => root, [], 'A', '/scopes', /./],
    ['a scope twice', () => root, ['queue:push', 'queue:push'], 'A', '/scopes', /./],
    ['no list', () => root, 'queue:push', 'A', '/scopes', /./],
    ['no name', () => root, ['queue:push'], '', '/name', /./],
    ['a name of two lines', () => root, ['queue:push'], 'a\nb', '/name', /./],
    ['a name of 101', () => root, ['queue:push'], 'x'.repeat(101), '/name', /./],
  ]
  for (const [why, by, scopes, name, pointer, detail] of refusals) {
    test(`refused: ${why}`, async () => {
      const refused = await make(by().token, scopes, name)
      assert.equal(refused.status, 422)
      assert.equal(refused.body.errors[0].pointer, pointer)
      assert.match(refused.body.errors[0].detail, detail)
    })
  }

  test('a key does what its scope says and nothing else', async () => {
    const { key } = (await make(root.token, ['queue:push'])).body
    const others: [method: string, path: string, body?: object][] = [
      ['POST', '/api/v1/queues/x/receive', { max: 1 }],
      ['GET', '/api/v1/queues'],
      ['GET', '/api/v1/users/me'],
      ['GET', '/api/v1/tasks'],
      ['GET', '/api/v1/mails'],
      ['GET', KEYS],
      ['POST', KEYS, { name: 'B', scopes: ['queue:push'] }],
      ['POST', '/api/v1/auth/logout-all'],
      ['DELETE', `/api/v1/users/${root.id}`],
    ]
    for (const [method, path, body] of others) {
      const refused = await loggia.call(method, path, { token: key, body })
      assert.equal(refused.status, 403, `${method} ${path}`)
      assert.equal(refused.body.code, 'scope_missing')
    }
  })

  test('a revoked key is refused at once', async () => {
    const { id, key } = (await make(root.token, ['queue:push'])).body
    assert.equal((await push(key)).status, 201)
    assert.equal((await loggia.call('DELETE', `${KEYS}/${id}`, { token: root.token })).status, 204)
    const refused = await push(key)
    assert.equal(refused.status, 401)
    assert.equal(refused.body.code, 'token_invalid')
  })

  test('a key outlives the sessions of its owner', async () => {
    const { key } = (await make(root.token, ['queue:push'])).body
    await loggia.call('POST', '/api/v1/auth/logout-all', { token: root.token })
    assert.equal((await push(key)).status, 201)
    root = await loggia.signIn('root', PASSWORD)
  })

  test("another's key is not there", async () => {
    const { id, key } = (await make(root.token, ['queue:push'])).body
    const refused = await loggia.call('DELETE', `${KEYS}/${id}`, { token: ana.token })
    assert.equal(refused.status, 404)
    assert.equal(refused.body.code, 'api_key_not_found')
    assert.deepEqual((await loggia.call('GET', KEYS, { token: ana.token })).body.items, [])
    assert.equal((await push(key)).status, 201)
  })

  test('a repeat of what found nothing finds nothing', async () => {
    const call = { token: ana.token, headers: { 'idempotency-key': 'revoke-nothing' } }
    const answers = [
      await loggia.call('DELETE', `${KEYS}/999`, call),
      await loggia.call('DELETE', `${KEYS}/999`, call),
    ]
    assert.deepEqual(
      answers.map(({ status }) => status),
      [404, 404],
    )
  })

  test('a repeat with its Idempotency-Key shows the same key, and makes no other', async () => {
    const before = (await loggia.call('GET', KEYS, { token: root.token })).body.items.length
    const body = { name: 'Once', scopes: ['queue:push'] }
    const call = { token: root.token, body, headers: { 'idempotency-key': 'make-once' } }
    const [first, second] = [await loggia.call('POST', KEYS, call), await loggia.call('POST', KEYS, call)]
    assert.equal(second.body.key, first.body.key)
    const { items } = (await loggia.call('GET', KEYS, { token: root.token })).body
    assert.equal(items.length, before + 1)
  })

  const forged: [why: string, change: (key: string) => string][] = [
    ['another secret', (key) => `${key.slice(0, -4)}AAAA`],
    ['a shorter secret', (key) => key.slice(0, -1)],
    ['a longer secret', (key) => `${key}A`],
    ['no secret', (key) => key.split('_').slice(0, 2).join('_')],
    ['an empty secret', (key) => `${key.split('_').slice(0, 2).join('_')}_`],
    ['an id that is not there', (key) => key.replace(/^lgk_\d+/, 'lgk_999999')],
    ['an id of another key', (key) => key.replace(/^lgk_\d+/, 'lgk_1')],
    ['its prefix alone', () => 'lgk_'],
  ]
  for (const [why, change] of forged) {
    test(`refused as a credential: ${why}`, async () => {
      const { key } = (await make(root.token, ['queue:push'])).body
      assert.equal((await push(change(key))).status, 401)
    })
  }

  test('when it was last used is told to the hour', async () => {
    const { id, key } = (await make(root.token, ['queue:push'])).body
    const lastUsed = async () => {
      const query = 'select last_used_at from api_keys where id = ?'
      return (await stored(loggia.dataDir, query, id))[0]?.['last_used_at']
    }
    assert.equal(await lastUsed(), null)
    await push(key)
    const first = await lastUsed()
    advance(600)
    await push(key)
    assert.equal(await lastUsed(), first)
    advance(3600)
    await push(key)
    assert.notEqual(await lastUsed(), first)
    root = await loggia.signIn('root', PASSWORD)
  })

  async function otherAdmin(): Promise<{ id: number; key: string }> {
    const { id, token } = await loggia.registerAdmin(`admin${count++}`)
    return { id, key: (await make(token, ['queue:push'])).body.key }
  }
  const fates: [what: string, fate: (path: string) => Promise<unknown>, status: number, code: string][] = [
    [
      'demoted',
      (path) => loggia.call('PATCH', path, { token: root.token, body: { role: 'user' } }),
      403,
      'scope_missing',
    ],
    [
      'disabled',
      (path) => loggia.call('PATCH', path, { token: root.token, body: { disabled: true } }),
      401,
      'account_disabled',
    ],
    ['deleted', (path) => loggia.call('DELETE', path, { token: root.token }), 401, 'token_invalid'],
  ]
  for (const [what, fate, status, code] of fates) {
    test(`the key of an owner who was ${what} is refused at once`, async () => {
      const { id, key } = await otherAdmin()
      assert.equal((await push(key)).status, 201)
      await fate(`/api/v1/users/${id}`)
      const refused = await push(key)
      assert.deepEqual([refused.status, refused.body.code], [status, code])
    })
  }
})

test('keys work, and revoked ones do not, after a restart', async () => {
  await withFolder(async (dataDir) => {
    const first = await startLoggia({}, { dataDir })
    const { token } = await first.registerAdmin('root')
    const made = await Promise.all(
      ['kept', 'revoked'].map((name) =>
        first.call('POST', KEYS, { token, body: { name, scopes: ['queue:push'] } }),
      ),
    )
    await first.call('DELETE', `${KEYS}/${made[1]?.body.id}`, { token })
    await first.close()
    const second = await startLoggia({}, { dataDir })
    const pushes = await Promise.all(
      made.map(({ body }) =>
        second.call('POST', '/api/v1/queues/x/messages', { token: body.key, body: { body: 1 } }),
      ),
    )
    await second.close()
    assert.deepEqual(
      pushes.map(({ status }) => status),
      [201, 401],
    )
  })
})
