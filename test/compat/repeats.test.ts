import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openInstallation } from '../support/installation.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'

const KEYS = 40

suite('repeats at the published APIs', () => {
  let installation: Awaited<ReturnType<typeof openInstallation>>
  let nodes: TestLoggia[]

  before(async () => {
    installation = await openInstallation()
    nodes = [await startLoggia({}, { dataDir: installation.path })]
    await nodes[0]?.registerAdmin('admin')
    nodes.push(await startLoggia({}, { dataDir: installation.path }))
  })
  after(async () => {
    await Promise.all(nodes.map((node) => node.close()))
    await installation.remove()
  })

  test('that reach two nodes at once are answered alike, or told that the first is not over', async () => {
    const { token } = await (nodes[0] as TestLoggia).signIn('admin', PASSWORD)
    for (let key = 0; key < KEYS; key += 1) {
      const ask = (node: TestLoggia) =>
        node.call('POST', '/compat/tasks/api/v1/tasks/', {
          body: { text: `Task ${key}` },
          headers: { authorization: `Token ${token}`, 'idempotency-key': `key ${key}` },
        })
      const answers = await Promise.all([...nodes, ...nodes].map(ask))
      const made = answers.filter(({ status }) => status === 201)
      const others = answers.filter(({ status }) => status !== 201)
      const [first] = made
      assert.deepEqual([first?.body.author, first?.body.text], ['admin', `Task ${key}`])
      for (const { body } of made) assert.deepEqual(body, first?.body)
      for (const { status, body } of others)
        assert.match(`${status} ${body.detail}`, /^409 The first request with this Idempotency-Key/)
    }
  })
})
