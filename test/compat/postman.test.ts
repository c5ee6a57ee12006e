import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import newman from 'newman'
import { walks } from '../../examples/compat/index.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('the Postman collections of the published APIs', () => {
  let loggia: TestLoggia
  before(async () => {
    loggia = await startLoggia()
    await loggia.registerAdmin('admin')
  })
  after(() => loggia.close())

  function run(name: string): Promise<newman.NewmanRunSummary> {
    const { promise, resolve, reject } = Promise.withResolvers<newman.NewmanRunSummary>()
    newman.run(
      {
        collection: new URL(`../../docs/compat/${name}.postman_collection.json`, import.meta.url).pathname,
        envVar: [
          { key: 'baseUrl', value: loggia.address },
          { key: 'adminUsername', value: 'admin' },
          { key: 'adminPassword', value: PASSWORD },
        ],
      },
      (error, summary) => (error ? reject(error) : resolve(summary)),
    )
    return promise
  }

  for (const [name, { prefix, steps }] of Object.entries(walks)) {
    test(`the walk through ${name} runs as it says`, async () => {
      const { run: ran } = await run(name)
      assert.deepEqual(
        ran.failures.map(({ source, error }) => `${source?.name}: ${error.message}`),
        [],
      )
      assert.ok((ran.stats.requests.total ?? 0) >= steps.length)
      assert.ok((ran.stats.assertions.total ?? 0) >= steps.length)
    })

    test(`the document of ${name} is served, and knows every status of its walk`, async () => {
      const { status, body } = await loggia.call('GET', `${prefix}/openapi.json`)
      const operations = Object.values(body.paths).flatMap((path) => Object.values(path as object))
      assert.equal(status, 200)
      assert.equal(body.servers[0].url, prefix)
      for (const step of steps)
        assert.ok(
          operations.some(({ responses }) => responses[step.status]),
          step.name,
        )
    })

    test(`the walk through ${name} succeeds at every endpoint but streams, and each says what it answers`, async () => {
      const { body } = await loggia.call('GET', `${prefix}/openapi.json`)
      for (const [path, operations] of Object.entries(body.paths))
        for (const [method, { summary, responses }] of Object.entries(operations as object)) {
          const [[status, success] = []] = Object.entries(responses).filter(([code]) => code.startsWith('2'))
          const { content } = success as { content?: object }
          const isStream = content !== undefined && 'text/event-stream' in content
          assert.ok(isStream || summary !== undefined, `${method} ${path}`)
          assert.ok(content !== undefined || ['204', '205'].includes(String(status)), `${method} ${path}`)
        }
    })
  }
})
