import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { type Installation, openInstallation } from '../support/installation.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { stored } from '../support/stored.ts'

suite('what is kept of keyed requests', () => {
  const { clock, advance } = movableClock()
  let installation: Installation
  let loggia: TestLoggia
  let ana: Person

  before(async () => {
    installation = await openInstallation()
    loggia = await start()
    ana = await loggia.register('ana')
  })
  after(async () => {
    await loggia.close()
    await installation.remove()
  })

  const start = () => startLoggia({ ACCESS_TOKEN_TTL: '10d' }, { dataDir: installation.path, clock })

  const send = (key: string, path: string, body: unknown) =>
    loggia.call('POST', `/api/v1/${path}`, { token: ana.token, body, headers: { 'idempotency-key': key } })

  const records = () =>
    stored(installation.path, 'select * from idempotency') as Promise<Record<string, Uint8Array>[]>

  test('a repeat is still answered after a restart', async () => {
    const first = await send('restart', 'tasks', { text: 'once' })
    await loggia.close()
    loggia = await start()
    const second = await send('restart', 'tasks', { text: 'once' })
    assert.deepEqual([second.status, second.body], [201, first.body])
    assert.equal(second.headers.get('idempotency-replayed'), 'true')
  })

  test('an answer is not kept in clear, nor is its key', async () => {
    const { body } = await send('a very secret key', 'auth/keys', {
      name: 'device',
      scopes: ['detections:write'],
    })
    const [, secret] = /^lgk_\d+_(.{20,})$/.exec(body.key) ?? []
    assert.ok(secret)
    await loggia.close()
    const kept = (await records()).flatMap((row) =>
      Object.values(row).map((value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value),
      ),
    )
    for (const clear of [secret, 'a very secret key', '"presented"'])
      assert.ok(!kept.some((text) => text.includes(clear)), clear)
    loggia = await start()
  })

  test('a password cannot be tried against what is kept', async () => {
    const body = { username: 'ben', password: 'correct horse battery' }
    await send('registration', 'auth/register', body)
    const guesses = [
      JSON.stringify(body),
      `POST /api/v1/auth/register\n${JSON.stringify(body)}`,
      `POST\n/api/v1/auth/register\n${JSON.stringify(body)}`,
      body.password,
    ]
    const kept = (await records()).flatMap((row) => Object.values(row).map(String))
    for (const guess of guesses) {
      const hash = createHash('sha256').update(guess)
      assert.ok(!kept.includes(hash.copy().digest('base64url')))
      assert.ok(!kept.includes(hash.digest('hex')))
    }
  })

  test('there is one record for a request, and none for a refused one', async () => {
    const before = (await records()).length
    await send('counted', 'tasks', { text: 'x' })
    await send('counted', 'tasks', { text: 'x' })
    await send('refused', 'tasks', { text: '' })
    await loggia.call('POST', '/api/v1/tasks', { token: ana.token, body: { text: 'x' } })
    assert.equal((await records()).length, before + 1)
  })

  test('a key is forgotten after a day', async () => {
    const first = await send('daily', 'tasks', { text: 'x' })
    advance(24 * 3600 - 60)
    assert.equal((await send('daily', 'tasks', { text: 'x' })).body.id, first.body.id)
    advance(120)
    const second = await send('daily', 'tasks', { text: 'x' })
    assert.equal(second.status, 201)
    assert.notEqual(second.body.id, first.body.id)
    assert.equal((await send('daily', 'tasks', { text: 'x' })).body.id, second.body.id)
  })
})
