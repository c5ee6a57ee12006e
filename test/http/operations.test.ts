import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openStream } from '../support/event-stream.ts'
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

  test('/metrics tells of jobs, streams and the cache', async () => {
    const admin = await loggia.registerAdmin('metrics-admin')
    await loggia.call('POST', '/api/v1/documents', {
      token: admin.token,
      body: { template: 'profile', subject_id: admin.id },
    })
    await loggia.drain()
    const { body } = await get('/metrics')
    assert.match(body, /^loggia_job_runs_total\{job="document",outcome="done"\} 1$/m)
    assert.match(body, /^loggia_job_runs_total\{job="document",outcome="failed"\} 0$/m)
    assert.match(body, /^loggia_job_seconds_total\{job="document"\} \d/m)
    assert.match(body, /^loggia_jobs_running\{job="document"\} 0$/m)
    assert.match(body, /^loggia_cache_reads_total \d/m)
    const stream = await openStream(`${loggia.address}/api/v1/alerts`, { token: admin.token })
    assert.match((await get('/metrics')).body, /^loggia_streams_open 1$/m)
    stream.close()
  })

  test('/metrics/queues tells how much lies in each queue, to whoever may know its name', async () => {
    const { token } = await loggia.registerAdmin('queue-admin')
    const call = (path: string, body: object) => loggia.call('POST', `/api/v1${path}`, { token, body })
    await call('/queues/orders/messages', { messages: [{ body: 1 }, { body: 2, delay_seconds: 60 }] })
    const { key } = (await call('/auth/keys', { name: 'prometheus', scopes: ['metrics:read'] })).body
    const { body } = await loggia.call('GET', '/metrics/queues', { token: key })
    assert.match(body, /^loggia_queue_messages\{queue="orders",state="waiting"\} 1$/m)
    assert.match(body, /^loggia_queue_messages\{queue="orders",state="delayed"\} 1$/m)
    assert.match(body, /^loggia_queue_oldest_age_seconds\{queue="orders"\} \d/m)
    assert.equal((await get('/metrics/queues')).status, 401)
    assert.doesNotMatch((await get('/metrics')).body, /orders/)
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
