import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'
import { routesOf } from '../support/routes.ts'

suite('operations', () => {
  let loggia: TestLoggia

  before(async () => {
    loggia = await startLoggia()
  })
  after(() => loggia.close())

  const get = (path: string) => loggia.call('GET', path)
  const seriesNow = async () =>
    (await get('/metrics')).body.match(/^loggia_http_[^{]+_count\{.+\}/gm) as string[]

  for (const [path, status] of [
    ['/livez', 'alive'],
    ['/readyz', 'ready'],
  ] as const) {
    test(`${path} says ${status}`, async () => {
      const answer = await get(path)
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, { status, missing: [] })
    })
  }

  test('/readyz is kept by no cache', async () => {
    const { headers } = await get('/readyz')
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('etag'), null)
  })

  test('/metrics is in the text format of Prometheus', async () => {
    await get('/livez')
    const { headers, body } = await get('/metrics')
    assert.equal(headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    for (const line of body.trimEnd().split('\n'))
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"\\\n]*",?)+\})? [\d.e+-]+)$/)
    const types = body.match(/^# TYPE (\w+)/gm)
    assert.equal(new Set(types).size, types.length)
  })

  test('/metrics counts each request once, with its method, route and status', async () => {
    const counted = /_count\{method="GET",route="\/api\/v1\/tasks\/:id",status="401"\} (\d+)/
    const countNow = async () => Number(counted.exec((await get('/metrics')).body)?.[1] ?? 0)
    const before = await countNow()
    for (const id of [1, 2, 3]) await get(`/api/v1/tasks/${id}`)
    assert.equal(await countNow(), before + 3)
  })

  test('the buckets of a duration grow up to the count of all', async () => {
    await get('/livez')
    const { body } = await get('/metrics')
    const lines = body.match(
      /^loggia_http_request_duration_seconds_(bucket|count)\{method="GET",route="\/livez".+$/gm,
    )
    const counts = lines.map((line: string) => Number(line.split(' ').at(-1)))
    assert.ok(counts.length > 3)
    assert.deepEqual(
      counts,
      counts.toSorted((a: number, b: number) => a - b),
    )
    assert.equal(counts.at(-1), counts.at(-2))
  })

  test('no series grows with what callers make up', async () => {
    await get('/nothing')
    await get('/api/v1/tasks/0')
    const before = (await seriesNow()).length
    for (let made = 1; made <= 20; made += 1) {
      await get(`/nothing/${made}?q=${made}`)
      await get(`/api/v1/tasks/${made}`)
      await loggia.call('GET', '/nothing', { headers: { host: `h${made}`, 'user-agent': `u${made}` } })
    }
    assert.ok((await seriesNow()).length <= before + 1, 'but for /metrics itself')
  })

  test('every series is of a route that there is', async () => {
    const known = new Set([...loggia.loggia.routes.map(({ url }) => url), 'none'])
    for (const { method, path } of routesOf(loggia)) await loggia.call(method, path)
    for (const series of await seriesNow())
      assert.ok(known.has(/route="([^"]+)"/.exec(series)?.[1] ?? ''), series)
  })
})
