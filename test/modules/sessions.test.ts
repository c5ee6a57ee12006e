import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { withFolder } from '../support/process.ts'

interface Session {
  id: string
  current: boolean
  user_agent: string | null
  ip: string
}

const sessionsOf = async (loggia: TestLoggia, token: string): Promise<Session[]> =>
  (await loggia.call('GET', '/api/v1/auth/sessions', { token })).body.items
const statusOf = async (loggia: TestLoggia, { token }: { token: string }) =>
  (await loggia.call('GET', '/api/v1/users/me', { token })).status

suite('sessions', () => {
  const { clock, advance } = movableClock()
  let loggia: TestLoggia
  let count = 0

  before(async () => {
    loggia = await startLoggia({}, { clock })
  })
  after(() => loggia.close())

  /** The same account, signed in three times. */
  async function threefold(): Promise<[Person, Person, Person]> {
    const first = await loggia.register(`person${count++}`)
    const again = () => loggia.signIn(first.username, PASSWORD)
    return [first, await again(), await again()]
  }
  const statusesOf = (people: Person[]) => Promise.all(people.map((person) => statusOf(loggia, person)))

  test('each sign-in is listed with where it came from, and the asking one is marked', async () => {
    const ana = await loggia.register(`person${count++}`)
    const login = { username: ana.username, password: PASSWORD }
    const headers = { 'user-agent': 'A browser' }
    const { body } = await loggia.call('POST', '/api/v1/auth/login', { body: login, headers })
    const listed = await sessionsOf(loggia, body.access_token)
    assert.equal(listed.length, 2)
    const [mine] = listed.filter(({ current }) => current)
    assert.equal(mine?.user_agent, 'A browser')
    assert.equal(mine?.ip, '127.0.0.1')
  })

  test('logging out ends this session only, at once', async () => {
    const [one, two, three] = await threefold()
    assert.deepEqual(await statusesOf([one, two, three]), [200, 200, 200])
    assert.equal((await loggia.call('POST', '/api/v1/auth/logout', { token: one.token })).status, 204)
    assert.deepEqual(await statusesOf([one, two, three]), [401, 200, 200])
  })

  test('logging out of all ends every session, at once', async () => {
    const [one, two, three] = await threefold()
    assert.equal((await loggia.call('POST', '/api/v1/auth/logout-all', { token: two.token })).status, 204)
    assert.deepEqual(await statusesOf([one, two, three]), [401, 401, 401])
    assert.equal((await loggia.signIn(one.username, PASSWORD)).id, one.id)
  })

  test('a session can be ended by another one of its owner', async () => {
    const [one, two] = await threefold()
    const [current] = (await sessionsOf(loggia, one.token)).filter((session) => session.current)
    const path = `/api/v1/auth/sessions/${current?.id}`
    assert.equal((await loggia.call('DELETE', path, { token: two.token })).status, 204)
    assert.deepEqual(await statusesOf([one, two]), [401, 200])
    assert.equal((await loggia.call('DELETE', path, { token: two.token })).status, 404)
  })

  test("another's session is not there", async () => {
    const [ana] = await threefold()
    const ben = await loggia.register(`person${count++}`)
    const [session] = await sessionsOf(loggia, ana.token)
    const refused = await loggia.call('DELETE', `/api/v1/auth/sessions/${session?.id}`, { token: ben.token })
    assert.equal(refused.status, 404)
    assert.equal(refused.body.code, 'session_not_found')
    assert.equal(await statusOf(loggia, ana), 200)
  })

  test('a repeat of what found nothing finds nothing', async () => {
    const ana = await loggia.register(`person${count++}`)
    const call = { token: ana.token, headers: { 'idempotency-key': 'end-nothing' } }
    const path = '/api/v1/auth/sessions/AAAAAAAAAAAAAAAAAAAAAA'
    const statuses = [await loggia.call('DELETE', path, call), await loggia.call('DELETE', path, call)]
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [404, 404],
    )
  })

  test('sessions that ran out are not listed', async () => {
    const ana = await loggia.register(`person${count++}`)
    advance(31 * 24 * 3600)
    const later = await loggia.signIn(ana.username, PASSWORD)
    assert.equal((await sessionsOf(loggia, later.token)).length, 1)
  })

  test('many tokens in use at once are all refused after the end', async () => {
    const [one] = await threefold()
    const asking = Array.from({ length: 30 }, () => statusOf(loggia, one))
    await loggia.call('POST', '/api/v1/auth/logout-all', { token: one.token })
    await Promise.all(asking)
    assert.equal(await statusOf(loggia, one), 401)
  })
})

test('an ended session stays ended after a restart, and the others go on', async () => {
  await withFolder(async (dataDir) => {
    const first = await startLoggia({}, { dataDir })
    const ana = await first.register('ana')
    const other = await first.signIn('ana', PASSWORD)
    await first.call('POST', '/api/v1/auth/logout', { token: ana.token })
    await first.close()
    const second = await startLoggia({}, { dataDir })
    const statuses = [await statusOf(second, ana), await statusOf(second, other)]
    await second.close()
    assert.deepEqual(statuses, [401, 200])
  })
})

test('an end in one process holds in another within a second', async () => {
  await withFolder(async (dataDir) => {
    const { clock, advance } = movableClock()
    const one = await startLoggia({}, { clock, dataDir })
    const other = await startLoggia({}, { clock, dataDir })
    const ana = await one.register('ana')
    const before = await statusOf(other, ana)
    await one.call('POST', '/api/v1/auth/logout', { token: ana.token })
    advance(1)
    const later = await statusOf(other, ana)
    await one.close()
    await other.close()
    assert.deepEqual([before, later], [200, 401])
  })
})
