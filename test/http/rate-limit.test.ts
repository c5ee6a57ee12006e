import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'

const TASKS = '/api/v1/tasks'
/** Public and counted, and refused before it costs anything. */
const PUBLIC = '/api/v1/auth/login'

async function withServer(
  settings: Record<string, string>,
  run: (loggia: TestLoggia, advance: (seconds: number) => void) => Promise<void>,
): Promise<void> {
  const { clock, advance } = movableClock()
  const loggia = await startLoggia(settings, { clock })
  try {
    await run(loggia, advance)
  } finally {
    await loggia.close()
  }
}

suite('the rate limit', () => {
  test('lets exactly 100 of 150 requests at once pass', () =>
    withServer({ RATE_LIMIT: '100/min' }, async (loggia) => {
      const { token } = await loggia.register('ana')
      const all = await Promise.all(Array.from({ length: 150 }, () => loggia.call('GET', TASKS, { token })))
      assert.equal(all.filter(({ status }) => status === 200).length, 100)
      const refused = all.filter(({ status }) => status !== 200)
      for (const answer of refused) assertProblem(answer, 429, 'rate_limited')
      assert.equal(refused.length, 50)
    }))

  test('says in every answer what is left, of how much, and until when', () =>
    withServer({ RATE_LIMIT: '3/min' }, async (loggia, advance) => {
      const { token } = await loggia.register('ana')
      const told: (string | null)[][] = []
      for (const _ of [1, 2, 3, 4]) {
        const { headers } = await loggia.call('GET', TASKS, { token })
        told.push(['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => headers.get(name)))
        advance(10)
      }
      assert.deepEqual(told, [
        ['"tasks";q=3;w=60', '"tasks";r=2;t=60', null],
        ['"tasks";q=3;w=60', '"tasks";r=1;t=50', null],
        ['"tasks";q=3;w=60', '"tasks";r=0;t=40', null],
        ['"tasks";q=3;w=60', '"tasks";r=0;t=30', '30'],
      ])
    }))

  test('lets requests pass again when Retry-After is over, and not before', () =>
    withServer({ RATE_LIMIT: '1/min' }, async (loggia, advance) => {
      const { token } = await loggia.register('ana')
      const statusNow = async () => (await loggia.call('GET', TASKS, { token })).status
      assert.deepEqual([await statusNow(), await statusNow()], [200, 429])
      advance(58)
      assert.equal(await statusNow(), 429)
      advance(2)
      assert.equal(await statusNow(), 200)
    }))

  test('is each arch for itself', () =>
    withServer({ RATE_LIMIT: '2/min' }, async (loggia) => {
      const { token } = await loggia.register('ana')
      for (const path of [TASKS, '/api/v1/users/me', '/api/v1/stores', '/api/v1/auth/keys']) {
        const statuses = []
        for (const _ of [1, 2, 3]) statuses.push((await loggia.call('GET', path, { token })).status)
        assert.deepEqual(statuses, [200, 200, 429], path)
      }
    }))

  test('is each person for themselves, over all their tokens', () =>
    withServer({ RATE_LIMIT: '3/min' }, async (loggia) => {
      const [ana, ben] = [await loggia.register('ana'), await loggia.register('ben')]
      const again = await loggia.signIn('ana', ana.password)
      const left = async (token: string) =>
        (await loggia.call('GET', TASKS, { token })).headers.get('ratelimit')?.split(';')[1]
      assert.deepEqual(
        [await left(ana.token), await left(again.token), await left(ben.token)],
        ['r=2', 'r=1', 'r=2'],
      )
    }))

  test('counts nobody who is not let in', () =>
    withServer({ RATE_LIMIT: '2/min' }, async (loggia) => {
      const { token } = await loggia.register('ana')
      for (let round = 0; round < 5; round += 1) {
        const refused = await loggia.call('GET', TASKS, round % 2 ? { token: 'garbage' } : {})
        assert.equal(refused.status, 401)
        assert.equal(refused.headers.get('ratelimit'), null)
      }
      assert.equal((await loggia.call('GET', TASKS, { token })).headers.get('ratelimit'), '"tasks";r=1;t=60')
    }))

  test('counts requests that are refused for what they ask', () =>
    withServer({ RATE_LIMIT: '2/min' }, async (loggia) => {
      const { token } = await loggia.register('ana')
      const post = () => loggia.call('POST', TASKS, { token, body: '{' })
      const statuses = [await post(), await post(), await post()].map(({ status }) => status)
      assert.deepEqual(statuses, [400, 400, 429])
    }))

  test('leaves alone what no room answers', () =>
    withServer({ RATE_LIMIT: '1/min' }, async (loggia) => {
      for (const path of ['/livez', '/readyz', '/metrics', '/.well-known/jwks.json', '/docs', '/nothing']) {
        for (const _ of [1, 2]) {
          const { status, headers } = await loggia.call('GET', path)
          assert.notEqual(status, 429)
          assert.equal(headers.get('ratelimit'), null)
        }
      }
    }))

  test('of machines is off until it is set, and then their own', async () => {
    for (const [settings, expected] of [
      [{ RATE_LIMIT: '1/min' }, [201, 201, 201]],
      [{ RATE_LIMIT: '1/min', MACHINE_RATE_LIMIT: '2/min' }, [201, 201, 429]],
    ] as const) {
      await withServer(settings, async (loggia) => {
        const { token } = await loggia.registerAdmin('root')
        const push = () => loggia.call('POST', '/api/v1/queues/q/messages', { token, body: { body: 1 } })
        const statuses = [await push(), await push(), await push()].map(({ status }) => status)
        assert.deepEqual(statuses, expected)
      })
    }
  })

  test('of machines is no part of the one of people', () =>
    withServer({ RATE_LIMIT: '2/min', MACHINE_RATE_LIMIT: '3/min' }, async (loggia) => {
      const { token } = await loggia.registerAdmin('root')
      const push = () => loggia.call('POST', '/api/v1/queues/q/messages', { token, body: { body: 1 } })
      const pushed = [await push(), await push(), await push()]
      const listed = await loggia.call('GET', '/api/v1/queues', { token })
      assert.deepEqual(
        [...pushed, listed].map(({ status }) => status),
        [201, 201, 201, 200],
      )
      assert.match(pushed[0]?.headers.get('ratelimit') ?? '', /^"queues-machines";r=2;/)
      assert.match(listed.headers.get('ratelimit') ?? '', /^"queues";r=1;/)
    }))

  test('is off when it is switched off', () =>
    withServer({ RATE_LIMIT: 'off' }, async (loggia) => {
      const { token } = await loggia.register('ana')
      const { headers } = await loggia.call('GET', TASKS, { token })
      assert.deepEqual([headers.get('ratelimit'), headers.get('ratelimit-policy')], [null, null])
    }))
})

suite('the address that strangers are counted by', () => {
  for (const [what, settings, forwarded, last] of [
    ['is their own, whatever they claim', {}, ['1.1.1.1', '2.2.2.2', '3.3.3.3'], 429],
    [
      'is not what a peer claims that is no proxy of ours',
      { TRUSTED_PROXIES: '10.0.0.0/8' },
      ['1.1.1.1', '2.2.2.2', '3.3.3.3'],
      429,
    ],
    ['is what our proxy tells', { TRUSTED_PROXIES: '127.0.0.1' }, ['1.1.1.1', '2.2.2.2', '3.3.3.3'], 422],
    [
      'is what our proxy tells, also for one of them',
      { TRUSTED_PROXIES: '127.0.0.0/8' },
      ['1.1.1.1', '1.1.1.1', '1.1.1.1'],
      429,
    ],
    [
      'is not what they told our proxy',
      { TRUSTED_PROXIES: '127.0.0.1' },
      ['9.9.9.1, 1.1.1.1', '9.9.9.2, 1.1.1.1', '9.9.9.3, 1.1.1.1'],
      429,
    ],
    [
      'is behind a row of our proxies',
      { TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' },
      ['1.1.1.1, 10.0.0.5', '2.2.2.2, 10.0.0.5', '3.3.3.3, 10.0.0.5'],
      422,
    ],
  ] as const) {
    test(what, () =>
      withServer({ RATE_LIMIT: '2/min', ...settings }, async (loggia) => {
        const statuses = []
        for (const address of forwarded) {
          const headers = { 'x-forwarded-for': address, forwarded: `for=${address}`, 'x-real-ip': address }
          statuses.push((await loggia.call('POST', PUBLIC, { body: {}, headers })).status)
        }
        assert.deepEqual(statuses, [422, 422, last])
      }),
    )
  }
})
