import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const WINDOW_SECONDS = 15 * 60

suite('signing in', () => {
  const { clock, advance } = movableClock()
  let loggia: TestLoggia
  let admin: Person

  before(async () => {
    loggia = await startLoggia({ TRUSTED_PROXIES: '127.0.0.1' }, { clock })
    admin = await loggia.registerAdmin('root')
    await loggia.register('ana', { email: 'ana@example.org' })
  })
  after(() => loggia.close())

  const login = (username: string, password: string, from = '192.0.2.1') =>
    loggia.call('POST', '/api/v1/auth/login', {
      body: { username, password },
      headers: { 'x-forwarded-for': from },
    })
  const statusesOf = async (attempts: Promise<{ status: number }>[]) =>
    (await Promise.all(attempts)).map(({ status }) => status)

  for (const name of ['ana', 'ANA', 'ａｎａ', 'ana@example.org', 'Ana@Example.ORG']) {
    test(`by ${name}`, async () => {
      const { status, body } = await login(name, PASSWORD)
      assert.equal(status, 200)
      assert.equal(body.user.username, 'ana')
    })
  }

  test('an unknown name, a wrong password and a disabled account are answered the same', async () => {
    const dan = await loggia.register('dan')
    const disabling = { token: admin.token, body: { disabled: true } }
    await loggia.call('PATCH', `/api/v1/users/${dan.id}`, disabling)
    const answers = [
      await login('nobody', 'wrong'),
      await login('ana', 'wrong'),
      await login('dan', PASSWORD),
    ]
    for (const { status, headers, body } of answers) {
      assert.equal(status, 401)
      assert.match(headers.get('www-authenticate') ?? '', /^Bearer /)
      assert.deepEqual({ ...body, request_id: '' }, { ...answers[0]?.body, request_id: '' })
    }
  })

  test('an unknown name takes about as long as a wrong password', async () => {
    const times = { known: [] as number[], unknown: [] as number[] }
    for (let round = 0; round < 30; round += 1) {
      advance(WINDOW_SECONDS)
      for (const [kind, name] of [
        ['known', 'ana'],
        ['unknown', `nobody${round}`],
      ] as const) {
        const began = performance.now()
        await login(name, 'wrong')
        times[kind].push(performance.now() - began)
      }
    }
    const ratio = medianOf(times.unknown) / medianOf(times.known)
    assert.ok(ratio > 0.5 && ratio < 2, `ratio ${ratio}`)
  })

  test('after ten wrong passwords an account is left alone until the window ends', async () => {
    await loggia.register('eve', { email: 'eve@example.org' })
    for (let count = 0; count < 10; count += 1) assert.equal((await login('eve', 'wrong')).status, 401)
    const throttled = await login('eve', PASSWORD)
    assert.equal(throttled.status, 429)
    assert.equal(throttled.body.code, 'login_throttled')
    const retryAfter = Number(throttled.headers.get('retry-after'))
    assert.ok(retryAfter > 0 && retryAfter <= WINDOW_SECONDS)
    advance(retryAfter)
    assert.equal((await login('eve', PASSWORD)).status, 200)
  })

  test('the spellings of a name and the address count as one account', async () => {
    await loggia.register('fay', { email: 'fay@example.org' })
    const spellings = ['fay', 'FAY', 'ｆａｙ', 'fay@example.org', 'FAY@example.org']
    for (const name of [...spellings, ...spellings]) assert.equal((await login(name, 'wrong')).status, 401)
    for (const name of [...spellings, 'fａy']) assert.equal((await login(name, PASSWORD)).status, 429, name)
  })

  test('an unknown name is throttled as a known one is', async () => {
    const spellings = ['ghost', 'GHOST', 'ｇhost', 'g\u200dhost', 'Ghost']
    for (const name of [...spellings, ...spellings]) assert.equal((await login(name, 'wrong')).status, 401)
    assert.equal((await login('gHOST', 'wrong')).status, 429)
  })

  test('an id as a name does not count for the account with that id', async () => {
    const gus = await loggia.register('gus')
    for (let count = 0; count < 11; count += 1) await login(String(gus.id), 'wrong')
    assert.equal((await login('gus', PASSWORD)).status, 200)
  })

  test('of guesses sent at once no more than ten are answered', async () => {
    await loggia.register('hal')
    const guesses = Array.from({ length: 40 }, () => login('hal', 'wrong'))
    const statuses = await statusesOf(guesses)
    assert.equal(statuses.filter((status) => status === 401).length, 10)
    assert.equal(statuses.filter((status) => status === 429).length, 30)
  })

  test('right passwords are not counted, one after the other or at once', async () => {
    await loggia.register('joe')
    for (let count = 0; count < 12; count += 1) assert.equal((await login('joe', PASSWORD)).status, 200)
    const statuses = await statusesOf(Array.from({ length: 30 }, () => login('joe', PASSWORD)))
    assert.deepEqual(new Set(statuses), new Set([200]))
  })

  test('a right password does not make up for wrong ones', async () => {
    await loggia.register('kai')
    for (let count = 0; count < 9; count += 1) await login('kai', 'wrong')
    assert.equal((await login('kai', PASSWORD)).status, 200)
    assert.equal((await login('kai', 'wrong')).status, 401)
    assert.equal((await login('kai', PASSWORD)).status, 429)
  })

  const addresses: [kind: string, addressOf: (count: number) => string, other: string][] = [
    ['an address', () => '198.51.100.7', '198.51.100.8'],
    ['a network of IPv6', (count) => `2001:db8:1:2::${count.toString(16)}`, '2001:db8:1:3::1'],
    ['an address within IPv6', () => '::ffff:198.51.100.9', '::ffff:198.51.100.10'],
  ]
  for (const [kind, addressOf, other] of addresses) {
    test(`${kind} may fail a hundred times, over all accounts, and another one is free`, async () => {
      advance(WINDOW_SECONDS)
      for (let count = 0; count < 100; count += 1) {
        assert.equal((await login(`guess${count}`, 'wrong', addressOf(count))).status, 401)
      }
      assert.equal((await login('ana', PASSWORD, addressOf(101))).status, 429)
      assert.equal((await login('ana', PASSWORD, other)).status, 200)
    })
  }

  test('many may sign in from one address', async () => {
    for (let count = 0; count < 110; count += 1) {
      assert.equal((await login('ana', PASSWORD, '203.0.113.5')).status, 200)
    }
  })

  test('a login that was overtaken by a new password is refused', async () => {
    const lea = await loggia.register('lea')
    const change = {
      token: lea.token,
      body: { current_password: PASSWORD, new_password: 'another password' },
    }
    const [changed, ...logins] = await Promise.all([
      loggia.call('PUT', '/api/v1/auth/password', change),
      ...Array.from({ length: 12 }, () => login('lea', PASSWORD)),
    ])
    assert.equal(changed.status, 204)
    for (const { status, body } of logins.filter((answer) => answer.status === 200)) {
      const { status: now } = await loggia.call('GET', '/api/v1/users/me', { token: body.access_token })
      assert.equal(now, 401, `A session of the old password lives: ${status}`)
    }
    assert.equal((await login('lea', 'another password')).status, 200)
  })
})

function medianOf(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
