import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'

suite('errors of fields', () => {
  let loggia: TestLoggia
  let admin: Person

  before(async () => {
    loggia = await startLoggia()
    admin = await loggia.registerAdmin('root')
  })
  after(() => loggia.close())

  async function pointersOf(method: string, path: string, body?: unknown): Promise<string[]> {
    const call = { token: admin.token, ...(body === undefined ? {} : { body }) }
    const refused = await loggia.call(method, `/api/v1/${path}`, call)
    assertProblem(refused, 422, 'validation_failed')
    for (const { detail } of refused.body.errors) assert.match(detail, /\S/)
    return refused.body.errors.map(({ pointer }: { pointer: string }) => pointer)
  }

  const vehicle = { year: 2020, make: 'Kia', model: 'Rio', category: 'Sedan' }

  for (const [what, path, body, pointers] of [
    ['a missing member', 'tasks', {}, ['/text']],
    ['an unknown member', 'tasks', { text: 'x', colour: 'red' }, ['/colour']],
    ['a member of a name with ~ and /', 'tasks', { text: 'x', 'a/b~c~1': 1 }, ['/a~1b~0c~01']],
    ['a member of an empty name', 'tasks', { text: 'x', '': 1 }, ['/']],
    ['a number where text is asked', 'tasks', { text: 5 }, ['/text']],
    ['text where a truth is asked', 'tasks', { text: 'x', done: 'true' }, ['/done']],
    ['text where a number is asked', 'detections', { ...vehicle, year: '2020' }, ['/year']],
    ['a fraction where a whole number is asked', 'detections', { ...vehicle, year: 2020.5 }, ['/year']],
    [
      'a number past all numbers',
      'detections',
      '{"year":1e999,"make":"a","model":"b","category":"c"}',
      ['/year'],
    ],
    ['a list where text is asked', 'tasks', { text: ['x'] }, ['/text']],
    ['null where text is asked', 'tasks', { text: null }, ['/text']],
    ['NUL in text', 'tasks', { text: 'a\0b' }, ['/text']],
    ['a control character in text', 'tasks', { text: 'a\u001bb' }, ['/text']],
    ['a C1 control character in text', 'tasks', { text: 'a\u0085b' }, ['/text']],
    ['NUL in a receipt', 'queues/x/ack', { receipts: ['1.a', 'a\0b'] }, ['/receipts/1']],
    ['half of a surrogate pair', 'tasks', '{"text":"a\\ud83d"}', ['/text']],
    ['the other half', 'tasks', '{"text":"\\ude00a"}', ['/text']],
    ['text too long', 'tasks', { text: 'x'.repeat(201) }, ['/text']],
    ['everything at once', 'tasks', { text: 1, done: 2, due_at: 3 }, ['/text', '/done', '/due_at']],
    ['an entry of a list', 'detections', [vehicle, { ...vehicle, year: 1 }], ['/1/year']],
    ['a member that an entry lacks', 'detections', [{ ...vehicle, make: undefined }], ['/0/make']],
    [
      'an entry that our own rules refuse',
      'auth/keys',
      { name: 'x', scopes: ['queue:push', 'no'] },
      ['/scopes/1'],
    ],
    ['the body as a whole', 'tasks', 'null', ['']],
  ] as const) {
    test(`${what} is pointed to`, async () => {
      const found = await pointersOf('POST', path, body)
      assert.deepEqual([...new Set(found)].sort(), [...pointers].sort())
    })
  }

  for (const [query, pointer] of [
    ['limit=0', '?limit'],
    ['limit=101', '?limit'],
    ['limit=-1', '?limit'],
    ['limit=five', '?limit'],
    ['limit=', '?limit'],
    ['limit=0x10', '?limit'],
    ['limit=1e1', '?limit'],
    ['limit=%201', '?limit'],
    ['limit=1.0', '?limit'],
    ['limit=1&limit=2', '?limit'],
    ['colour=red', '?colour'],
    ['a~b%2Fc=1', '?a~b/c'],
    ['__proto__=1', '?__proto__'],
  ] as const) {
    test(`the query ?${query} is pointed to as ${pointer}`, async () => {
      assert.deepEqual([...new Set(await pointersOf('GET', `tasks?${query}`))], [pointer])
    })
  }

  test('NUL in what is searched for is pointed to', async () => {
    assert.deepEqual(await pointersOf('GET', 'queues/x/messages?state=dead&q=a%00b'), ['?q'])
  })

  for (const due_at of [
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T23:59:60Z',
    '2026-01-01T00:00:00',
    '2026-01-01 00:00:00Z',
    '2026-01-01',
    '0000-01-01T00:00:00+10:00',
    '9999-12-31T23:59:59-10:00',
  ]) {
    test(`${due_at} is no time`, async () => {
      assert.deepEqual(await pointersOf('POST', 'tasks', { text: 'x', due_at }), ['/due_at'])
    })
  }

  for (const [due_at, utc] of [
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['2026-01-01T00:30:00+02:00', '2025-12-31T22:30:00.000Z'],
    ['2026-01-01t00:00:00.123456z', '2026-01-01T00:00:00.123Z'],
  ]) {
    test(`${due_at} is a time, told in UTC`, async () => {
      const body = { text: 'x', due_at }
      const made = await loggia.call('POST', '/api/v1/tasks', { token: admin.token, body })
      assert.equal(made.body.due_at, utc)
    })
  }

  test('a body of half a million faults is refused in a few words', async () => {
    const scopes = new Array(400_000).fill(1)
    const refused = await loggia.call('POST', '/api/v1/auth/keys', {
      token: admin.token,
      body: { name: 'x', scopes },
    })
    assertProblem(refused, 422, 'validation_failed')
    assert.ok(JSON.stringify(refused.body).length < 2_000)
  })

  test('a member of an endless name is refused in a few words', async () => {
    const body = { text: 'x', ['n'.repeat(500_000)]: 1 }
    const refused = await loggia.call('POST', '/api/v1/tasks', { token: admin.token, body })
    assertProblem(refused, 422, 'validation_failed')
    assert.ok(JSON.stringify(refused.body).length < 2_000)
  })

  test('of the 450 faults of a query a hundred are told', async () => {
    const query = Array.from({ length: 450 }, (_, index) => `q${index}`).join('&')
    assert.equal((await pointersOf('GET', `tasks?${query}`)).length, 100)
  })
})
