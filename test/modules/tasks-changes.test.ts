import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'

const DAY_SECONDS = 24 * 3600

suite('changes of tasks', () => {
  const { clock, advance } = movableClock()
  let loggia: TestLoggia
  let people = 0

  before(async () => {
    loggia = await startLoggia({}, { clock })
  })
  after(() => loggia.close())

  const newcomer = () => loggia.register(`person${++people}`)
  const call = ({ token }: Person, method: string, path: string, body?: unknown) =>
    loggia.call(method, `/api/v1/${path}`, { token, ...(body === undefined ? {} : { body }) })
  const make = async (person: Person, text: string): Promise<number> =>
    (await call(person, 'POST', 'tasks', { text })).body.id
  const changes = (person: Person, since: string, limit = 100) =>
    call(person, 'GET', `tasks/changes?since=${since}&limit=${limit}`)

  /** A copy as an offline client keeps it. */
  function createCopy(person: Person) {
    const tasks = new Map<number, object>()
    let since = '0'
    return {
      tasks,
      since: () => since,
      /** One request. */
      async step(limit: number): Promise<boolean> {
        const { status, body } = await changes(person, since, limit)
        assert.equal(status, 200, JSON.stringify(body))
        for (const { id, deleted, task } of body.items) {
          if (deleted) tasks.delete(id)
          else tasks.set(id, task)
        }
        since = body.next_since
        return body.has_more
      },
      async follow(limit = 100): Promise<void> {
        while (await this.step(limit));
      },
    }
  }

  async function assertSame(person: Person, copy: ReturnType<typeof createCopy>): Promise<void> {
    const { items } = (await call(person, 'GET', 'tasks?limit=100&sort=created_at')).body
    const kept = [...copy.tasks].sort(([a], [b]) => a - b).map(([, task]) => task)
    assert.deepEqual(kept, items)
  }

  test('a copy that follows is what the list shows, deletions too', async () => {
    const ana = await newcomer()
    const copy = createCopy(ana)
    const [one, two] = [await make(ana, 'one'), await make(ana, 'two')]
    await copy.follow()
    assert.equal(copy.tasks.size, 2)
    await call(ana, 'PATCH', `tasks/${one}`, { done: true })
    await call(ana, 'DELETE', `tasks/${two}`)
    await make(ana, 'three')
    const { body } = await changes(ana, copy.since())
    assert.deepEqual(
      body.items.map(({ id, deleted }: { id: number; deleted: boolean }) => [id, deleted]),
      [
        [one, false],
        [two, true],
        [body.items[2].id, false],
      ],
    )
    await copy.follow()
    await assertSame(ana, copy)
    assert.deepEqual((await changes(ana, copy.since())).body, {
      items: [],
      next_since: copy.since(),
      has_more: false,
    })
  })

  test('a copy made step by step while many write at once misses nothing', async () => {
    const ana = await newcomer()
    const copy = createCopy(ana)
    const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => make(ana, `task ${index}`)))
    const writes = ids.flatMap((id, index) => [
      index % 3 === 0
        ? call(ana, 'DELETE', `tasks/${id}`)
        : call(ana, 'PATCH', `tasks/${id}`, { text: `changed ${index}` }),
      make(ana, `later ${index}`),
    ])
    let writing = true
    const written = Promise.all(writes).then(() => {
      writing = false
    })
    while (writing) await copy.step(3)
    await written
    await copy.follow(3)
    await assertSame(ana, copy)
  })

  test('numbers are of one person, and another sees none of them', async () => {
    const [ana, ben] = [await newcomer(), await newcomer()]
    await make(ana, 'mine')
    assert.deepEqual((await changes(ben, '0')).body, { items: [], next_since: '0', has_more: false })
    assertProblem(await changes(ben, '1'), 410, 'resync_required')
  })

  test('whoever was away for longer than deletions are kept begins anew, everybody else goes on', async () => {
    const ana = await newcomer()
    const [early, late, fresh] = [createCopy(ana), createCopy(ana), createCopy(ana)]
    const doomed = await make(ana, 'doomed')
    for (const text of ['a', 'b', 'c', 'd']) await make(ana, text)
    await early.follow()
    await call(ana, 'DELETE', `tasks/${doomed}`)
    await late.follow()
    // Its first page is read before the purge, the rest after.
    await fresh.step(2)
    advance(91 * DAY_SECONDS)
    await loggia.loggia.purge()
    ana.token = (await loggia.signIn(ana.username, ana.password)).token
    assertProblem(await changes(ana, early.since()), 410, 'resync_required')
    for (const copy of [late, fresh, createCopy(ana)]) {
      await copy.follow(2)
      await assertSame(ana, copy)
    }
  })

  for (const since of ['-1', 'x', '1.5', '007', '9'.repeat(16), '1-', '']) {
    test(`?since=${since} is refused`, async () => {
      assertProblem(await changes(await newcomer(), since), 422, 'validation_failed')
    })
  }

  test('a clock that goes back does not turn the order of changes around', async () => {
    const ana = await newcomer()
    await make(ana, 'before')
    advance(-3600)
    await make(ana, 'after')
    for (const sort of ['created_at', 'updated_at']) {
      const { items } = (await call(ana, 'GET', `tasks?sort=${sort}`)).body
      assert.deepEqual(
        items.map(({ text }: { text: string }) => text),
        ['before', 'after'],
      )
      assert.ok(items[0][sort] <= items[1][sort])
    }
    advance(3600)
  })
})
