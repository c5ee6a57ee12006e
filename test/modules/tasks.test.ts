import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('tasks', () => {
  let loggia: TestLoggia
  let ana: Person
  let ben: Person

  before(async () => {
    loggia = await startLoggia()
    ana = await loggia.register('ana')
    ben = await loggia.register('ben')
  })
  after(() => loggia.close())

  test('a task is made, found at its Location, changed and deleted', async () => {
    const made = await loggia.call('POST', '/api/v1/tasks', {
      token: ana.token,
      body: { text: 'Water the plants' },
    })
    assert.equal(made.status, 201)
    assert.equal(made.body.author, 'ana')
    assert.equal(made.body.done, false)

    const path = String(made.headers.get('location'))
    assert.deepEqual((await loggia.call('GET', path, { token: ana.token })).body, made.body)

    const changed = await loggia.call('PATCH', path, { token: ana.token, body: { done: true } })
    assert.equal(changed.status, 200)
    assert.equal(changed.body.done, true)
    assert.equal(changed.body.text, 'Water the plants')

    assert.equal((await loggia.call('DELETE', path, { token: ana.token })).status, 204)
    assert.equal((await loggia.call('GET', path, { token: ana.token })).status, 404)
  })

  test('a list pages from the newest to the oldest, each task once', async () => {
    const carl = await loggia.register('carl')
    for (const text of ['one', 'two', 'three', 'four', 'five']) {
      await loggia.call('POST', '/api/v1/tasks', { token: carl.token, body: { text } })
    }
    const seen: string[] = []
    let cursor = ''
    do {
      const page = await loggia.call('GET', `/api/v1/tasks?limit=2${cursor}`, { token: carl.token })
      seen.push(...page.body.items.map((task: { text: string }) => task.text))
      cursor = page.body.next_cursor === null ? '' : `&cursor=${page.body.next_cursor}`
    } while (cursor !== '')
    assert.deepEqual(seen, ['five', 'four', 'three', 'two', 'one'])
  })

  test('a list shows only what is done, or only what is not', async () => {
    const dora = await loggia.register('dora')
    await loggia.call('POST', '/api/v1/tasks', { token: dora.token, body: { text: 'open' } })
    await loggia.call('POST', '/api/v1/tasks', { token: dora.token, body: { text: 'closed', done: true } })
    for (const [done, text] of [
      ['false', 'open'],
      ['true', 'closed'],
    ]) {
      const { body } = await loggia.call('GET', `/api/v1/tasks?done=${done}`, { token: dora.token })
      assert.deepEqual(
        body.items.map((task: { text: string }) => task.text),
        [text],
      )
    }
    assert.equal((await loggia.call('GET', '/api/v1/tasks?done=maybe', { token: dora.token })).status, 422)
  })

  test("another's tasks are not there", async () => {
    const made = await loggia.call('POST', '/api/v1/tasks', { token: ana.token, body: { text: 'Private' } })
    const path = `/api/v1/tasks/${made.body.id}`
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { done: true }],
      ['PUT', { text: 'x' }],
      ['DELETE', undefined],
    ] as const) {
      const refused = await loggia.call(method, path, { token: ben.token, body })
      assert.equal(refused.status, 404, method)
      assert.equal(refused.body.code, 'task_not_found')
    }
    assert.equal((await loggia.call('GET', '/api/v1/tasks', { token: ben.token })).body.items.length, 0)
  })
})
