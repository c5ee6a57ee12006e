import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'

interface Task {
  id: number
  text: string
  done: boolean
  due_at: string | null
  author: string
  created_at: string
  updated_at: string
  change: number
}

const SORTS = ['created_at', 'due_at', 'text', 'updated_at'] as const
const DIRECTIONS = ['', '-']

suite('lists of tasks', () => {
  let loggia: TestLoggia
  let people = 0

  before(async () => {
    loggia = await startLoggia()
  })
  after(() => loggia.close())

  const newcomer = () => loggia.register(`person${++people}`)
  const make = async ({ token }: Person, body: object): Promise<Task> =>
    (await loggia.call('POST', '/api/v1/tasks', { token, body })).body
  const list = async ({ token }: Person, query = '') =>
    loggia.call('GET', `/api/v1/tasks?${query}`, { token })
  const texts = async (person: Person, query: string) =>
    ((await list(person, query)).body.items as Task[]).map(({ text }) => text)

  /** Tasks with the same days and texts among them, changed in another order than they were made. */
  async function manyTasks(person: Person): Promise<Task[]> {
    const made: Task[] = []
    for (let index = 0; index < 12; index += 1) {
      const due_at = index % 4 === 0 ? null : `2030-01-0${1 + (index % 3)}T00:00:00Z`
      made.push(await make(person, { text: ['beta', 'Alpha', 'ärger', 'Beta'][index % 4], due_at }))
    }
    for (const { id } of [made[5], made[2], made[9]] as Task[])
      await loggia.call('PATCH', `/api/v1/tasks/${id}`, { token: person.token, body: { done: true } })
    return (await list(person, 'limit=100')).body.items
  }

  async function walk(person: Person, query: string, betweenPages = async () => {}): Promise<Task[]> {
    const seen: Task[] = []
    for (let cursor = ''; ; ) {
      const { status, body } = await list(person, query + cursor)
      assert.equal(status, 200, JSON.stringify(body))
      seen.push(...body.items)
      if (body.next_cursor === null) return seen
      cursor = `&cursor=${body.next_cursor}`
      await betweenPages()
    }
  }

  /** As the answer shows it: what has no day comes after all others. */
  function sortedBy(task: Task, sort: (typeof SORTS)[number]): string {
    if (sort === 'text') return task.text.toLowerCase()
    return task[sort] ?? '9999-12-31T23:59:59.999Z'
  }

  for (const sort of SORTS) {
    for (const direction of DIRECTIONS) {
      test(`sort=${direction}${sort} pages through each task once, in order, equal ones by id`, async () => {
        const person = await newcomer()
        const all = await manyTasks(person)
        const walked = await walk(person, `limit=5&sort=${direction}${sort}`)
        const expected = all
          .sort((a, b) => {
            const [x, y] = [sortedBy(a, sort), sortedBy(b, sort)]
            if (x !== y) return x < y ? -1 : 1
            return sort === 'updated_at' ? a.change - b.change : a.id - b.id
          })
          .map(({ id }) => id)
        assert.deepEqual(
          walked.map(({ id }) => id),
          direction === '-' ? expected.reverse() : expected,
        )
      })

      test(`sort=${direction}${sort} shows what stays once, while others come and go`, async () => {
        const person = await newcomer()
        const all = await manyTasks(person)
        const going = all.slice(0, 4)
        const staying = all.slice(4).map(({ id }) => id)
        const walked = await walk(person, `limit=3&sort=${direction}${sort}`, async () => {
          const gone = going.pop()
          if (gone === undefined) return
          await loggia.call('DELETE', `/api/v1/tasks/${gone.id}`, { token: person.token })
          for (const text of ['0 first', 'beta', '~ last'])
            await make(person, { text, due_at: '2030-01-02T00:00:00Z' })
        })
        const seen = walked.map(({ id }) => id)
        assert.equal(new Set(seen).size, seen.length)
        assert.deepEqual(
          seen.filter((id) => staying.includes(id)).sort((a, b) => a - b),
          staying.sort((a, b) => a - b),
        )
      })
    }
  }

  const SEARCHES: [string, string[]][] = [
    ['q=milk', ['Buy MILK', 'milk the cow']],
    ['q=%D0%9C%D0%9E%D0%9B%D0%9E%D0%9A%D0%9E', ['Купить молоко']],
    ['q=100%25', ['100% sure']],
    ['q=a_b', ['a_b']],
    ['q=%5C', ['back\\slash']],
    ['q=nothing', []],
    ['q=milk&done=true', ['milk the cow']],
    ['q=milk&sort=text&limit=1', ['Buy MILK']],
    ['due_before=2030-01-02T00:00:00Z', ['milk the cow']],
    ['due_after=2030-01-02T00:00:00Z', ['a_b', '100% sure']],
    ['due_after=2030-01-02T01:00:00%2B01:00&due_before=2030-01-03T00:00:00Z', ['100% sure']],
  ]
  test('a list shows what is searched for, by text without case, by state and by day', async () => {
    const person = await newcomer()
    const days: Record<string, string> = {
      'milk the cow': '2030-01-01T00:00:00Z',
      '100% sure': '2030-01-02T00:00:00Z',
      a_b: '2030-01-03T00:00:00Z',
    }
    for (const text of [
      'Buy MILK',
      'Купить молоко',
      '100% sure',
      'a_b',
      'axb',
      'back\\slash',
      'milk the cow',
    ])
      await make(person, { text, due_at: days[text] ?? null, done: text === 'milk the cow' })
    for (const [query, expected] of SEARCHES) {
      assert.deepEqual((await texts(person, query)).sort(), expected.sort(), query)
    }
  })

  const REFUSED: [string, string][] = [
    ['sort=author', '?sort'],
    ['sort=', '?sort'],
    ['q=', '?q'],
    ['q=%20', '?q'],
    ['due_before=tomorrow', '?due_before'],
    ['due_after=2030-02-30T00:00:00Z', '?due_after'],
    ['limit=101', '?limit'],
    ['cursor=WzFd', '?cursor'],
    ['author=1', '?author'],
  ]
  for (const [query, pointer] of REFUSED) {
    test(`?${query} is refused`, async () => {
      const refused = await list(await newcomer(), query)
      assertProblem(refused, 422, 'validation_failed')
      assert.equal(refused.body.errors[0].pointer, pointer)
    })
  }

  const OTHERS = ['sort=text', 'sort=created_at', 'done=false', 'q=a', 'due_before=2031-01-01T00:00:00Z']
  for (const other of OTHERS) {
    test(`a cursor of another list is refused by ?${other}`, async () => {
      const person = await newcomer()
      for (const text of ['a', 'b', 'c']) await make(person, { text })
      const { next_cursor } = (await list(person, 'limit=2')).body
      const refused = await list(person, `limit=2&${other}&cursor=${next_cursor}`)
      assertProblem(refused, 422, 'validation_failed')
      assert.match(refused.body.errors[0].detail, /another sort or with other filters/)
    })
  }

  test('an item is byte for byte what its own address shows', async () => {
    const person = await newcomer()
    const strange = [
      '\ufdfa'.repeat(200),
      '"quotes" and \\',
      'line\nbreak\tand tab',
      '😀 ✓ Ελληνικά',
      '\u2028 },\u2029',
      '},\n{"id":1',
    ]
    for (const text of strange) await make(person, { text, due_at: '2030-06-01T12:00:00.5+02:00' })
    const { items } = (await list(person)).body
    assert.deepEqual(
      items.map(({ text }: Task) => text),
      strange.reverse(),
    )
    for (const item of items) {
      const { body } = await loggia.call('GET', `/api/v1/tasks/${item.id}`, { token: person.token })
      assert.equal(JSON.stringify(item), JSON.stringify(body))
    }
    const pages = await walk(person, 'limit=1&sort=text')
    assert.equal(pages.length, strange.length)
  })

  test('a new name of the author is seen in the list at once', async () => {
    const person = await newcomer()
    await make(person, { text: 'mine' })
    assert.equal((await list(person)).body.items[0].author, person.username)
    const body = { username: `${person.username}-renamed` }
    await loggia.call('PATCH', `/api/v1/users/${person.id}`, { token: person.token, body })
    assert.equal((await list(person)).body.items[0].author, body.username)
  })
})
