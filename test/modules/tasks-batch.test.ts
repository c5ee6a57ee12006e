import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'

suite('batches of tasks', () => {
  let loggia: TestLoggia
  let ana: Person
  let ben: Person

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
    ben = await loggia.register('ben')
  })
  after(() => loggia.close())

  const batch = (body: unknown, { token }: Person = ana) =>
    loggia.call('POST', '/api/v1/tasks/batch', { token, body })
  const tasksOf = async ({ token }: Person) =>
    (await loggia.call('GET', '/api/v1/tasks?limit=100', { token })).body.items

  test('a thousand tasks are made at once and completed at once, each told in its place', async () => {
    const create = Array.from({ length: 1000 }, (_, index) => ({ text: `task ${index}` }))
    const made = await batch({ create })
    assert.equal(made.status, 200)
    assert.deepEqual(
      made.body.created.map(({ text }: { text: string }) => text),
      create.map(({ text }) => text),
    )
    const ids = made.body.created.map(({ id }: { id: number }) => id).reverse()
    const done = await batch({ complete: ids })
    assert.deepEqual(
      done.body.completed.map(({ id, outcome, task }: { id: number; outcome: string; task: object }) => [
        id,
        outcome,
        (task as { id: number; done: boolean }).id,
        (task as { done: boolean }).done,
      ]),
      ids.map((id: number) => [id, 'completed', id, true]),
    )
    const { token } = ana
    for (const task of [done.body.completed[0].task, done.body.completed[999].task])
      assert.deepEqual((await loggia.call('GET', `/api/v1/tasks/${task.id}`, { token })).body, task)
  })

  test('what is not there, is done already or named twice is told, and the rest is completed', async () => {
    const mine = (await batch({ create: [{ text: 'one' }, { text: 'two', done: true }] })).body.created
    const theirs = (await batch({ create: [{ text: 'theirs' }] }, ben)).body.created
    const [one, two] = mine.map(({ id }: { id: number }) => id)
    const { body } = await batch({ complete: [one, two, theirs[0].id, 999_999_999, one] })
    assert.deepEqual(
      body.completed.map(({ id, outcome, task }: { id: number; outcome: string; task: object | null }) => [
        id,
        outcome,
        task === null,
      ]),
      [
        [one, 'completed', false],
        [two, 'already_done', false],
        [theirs[0].id, 'not_found', true],
        [999_999_999, 'not_found', true],
        [one, 'already_done', false],
      ],
    )
    assert.equal((await tasksOf(ben))[0].done, false)
  })

  const many = <Item>(count: number, item: Item) => Array.from({ length: count }, () => item)
  const REFUSED: [string, unknown, string][] = [
    ['nothing', {}, ''],
    ['a text of spaces', { create: [{ text: 'fine' }, { text: '  ' }] }, '/create/1/text'],
    ['an unknown member', { create: [{ text: 'fine', owner: 1 }] }, '/create/0/owner'],
    ['an id that is none', { complete: [1, 'two'] }, '/complete/1'],
    ['a thousand and one', { create: many(1001, { text: 'a' }) }, '/create'],
    ['a thousand and one ids', { complete: many(1001, 1) }, '/complete'],
    ['another operation', { delete: [1] }, '/delete'],
  ]
  for (const [what, body, pointer] of REFUSED) {
    test(`a batch of ${what} is refused whole`, async () => {
      const carl = await loggia.register(`carl ${what}`)
      const refused = await batch(body, carl)
      assertProblem(refused, 422, 'validation_failed')
      assert.equal(refused.body.errors[0].pointer, pointer)
      assert.deepEqual(await tasksOf(carl), [])
    })
  }
})
