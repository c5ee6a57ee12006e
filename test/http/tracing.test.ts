import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { suite as engines } from '../support/engines.ts'
import { openStream } from '../support/event-stream.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver.ts'

const [SERVER, PRODUCER, CONSUMER] = [2, 4, 5]
/** Jobs that leave our own database go by way of the outbox. */
const BY_OUTBOX = engines.includes('redis')

let traces = 0
/** A caller's own trace; 01: it is kept. */
function callersTrace(flags = '01') {
  traces += 1
  const traceId = traces.toString(16).padStart(32, 'a')
  return { traceId, headers: { traceparent: `00-${traceId}-00000000000000f1-${flags}` } }
}

/** What the collector has when the server has stopped. */
async function traced(
  use: (loggia: TestLoggia, collector: OtlpReceiver) => Promise<void>,
  settings: Record<string, string> = {},
): Promise<OtlpReceiver> {
  const collector = await startOtlpReceiver()
  try {
    const loggia = await startLoggia({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.address, ...settings })
    await use(loggia, collector).finally(() => loggia.close())
  } finally {
    await collector.close()
  }
  return collector
}

const shapeOf = (spans: ReceivedSpan[]) => {
  const nameOf = (id: string | undefined) => spans.find(({ spanId }) => spanId === id)?.name ?? 'the caller'
  return spans.map(({ name, parentSpanId }) => `${name} < ${nameOf(parentSpanId)}`)
}

suite('tracing', () => {
  test("one trace goes from a request through its change and the outbox to its job, under the caller's", async () => {
    const { traceId, headers } = callersTrace()
    const collector = await traced(async (loggia) => {
      const { id, token } = await loggia.register('ada')
      const body = { template: 'profile', subject_id: id }
      assert.equal((await loggia.call('POST', '/api/v1/documents', { token, body, headers })).status, 202)
      await loggia.drain()
    })
    const spans = collector.trace(traceId)
    assert.deepEqual(
      new Set(shapeOf(spans)),
      new Set([
        'POST /api/v1/documents < the caller',
        'change < POST /api/v1/documents',
        'create document < change',
        ...(BY_OUTBOX ? ['send document < create document'] : []),
        'process document < create document',
        'change < process document',
      ]),
    )
    const kindOf = (begins: string) => spans.find(({ name }) => name.startsWith(begins))?.kind
    assert.equal(spans[0]?.parentSpanId, '00000000000000f1')
    assert.deepEqual(['POST', 'create', 'process'].map(kindOf), [SERVER, PRODUCER, CONSUMER])
    assert.deepEqual(
      spans.filter(({ failed }) => failed),
      [],
    )
  })

  test('changes that share a commit stay each in its own trace, with the jobs that they decide', async () => {
    const all = Array.from({ length: 20 }, () => callersTrace())
    const collector = await traced(async (loggia) => {
      await Promise.all(
        all.map(({ headers }, at) => {
          const body = { username: `p${at}`, email: `p${at}@example.org`, password: 'correct horse battery' }
          return loggia.call('POST', '/api/v1/auth/register', { body, headers })
        }),
      )
      await loggia.drain()
    })
    for (const { traceId } of all) {
      const names = collector.trace(traceId).map(({ name }) => name)
      const count = (wanted: string) => names.filter((name) => name === wanted).length
      assert.deepEqual(
        ['POST /api/v1/auth/register', 'send mail', 'process mail'].map(count),
        [1, BY_OUTBOX ? 1 : 0, 1],
        String(names),
      )
      // PostgreSQL has a change begin again that another one got in the way of.
      assert.ok(count('create mail') >= 1)
    }
  })

  test('a request without a trace begins one, and what a caller makes up for one begins one too', async () => {
    const made = [
      undefined,
      '',
      'nonsense',
      `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`,
      `ff-${'a'.repeat(32)}-1`,
    ]
    const collector = await traced(async (loggia) => {
      for (const traceparent of made)
        await loggia.call(
          'GET',
          '/api/v1/tasks',
          traceparent === undefined ? {} : { headers: { traceparent } },
        )
    })
    assert.equal(new Set(collector.spans.map(({ traceId }) => traceId)).size, made.length)
    for (const { parentSpanId } of collector.spans) assert.ok(!parentSpanId)
  })

  test('a span says route, status and request id, and nothing that a person wrote', async () => {
    const collector = await traced(
      async (loggia) => {
        await loggia.call('GET', '/api/v1/users/77?secret-word=1', {
          headers: { 'x-request-id': 'my-own-id', 'user-agent': 'secret-word' },
        })
        await loggia.call('GET', '/secret-word')
      },
      { OTEL_SERVICE_NAME: 'our-loggia' },
    )
    const [refused, unknown] = collector.spans
    assert.deepEqual(refused?.attributes, {
      'http.request.method': 'GET',
      'http.route': '/api/v1/users/:id',
      'url.scheme': 'http',
      'loggia.request_id': 'my-own-id',
      'http.response.status_code': 401,
    })
    assert.deepEqual([unknown?.name, unknown?.attributes['http.response.status_code']], ['GET', 404])
    assert.deepEqual([refused?.service, refused?.failed], ['our-loggia', false])
    assert.doesNotMatch(JSON.stringify(collector.spans), /secret-word/)
  })

  test('a job that fails is a span that failed, with a code and no sentence', async () => {
    const { traceId, headers } = callersTrace()
    const collector = await traced(
      async (loggia) => {
        const body = { username: 'ada', email: 'ada@example.org', password: 'correct horse battery' }
        await loggia.call('POST', '/api/v1/auth/register', { body, headers })
        await loggia.drain()
      },
      { MAIL_URL: 'smtp://127.0.0.1:9' },
    )
    const failed = collector.trace(traceId).filter((span) => span.failed)
    assert.deepEqual(
      failed.map(({ name }) => name),
      ['process mail'],
    )
    assert.match(String(failed[0]?.attributes['error.type']), /^\w+$/)
    assert.doesNotMatch(JSON.stringify(collector.spans), /ada@example|ECONNREFUSED/)
  })

  test('a stream is a span, too', async () => {
    const collector = await traced(async (loggia) => {
      const { token } = await loggia.register('ada')
      const stream = await openStream(`${loggia.address}/api/v1/alerts`, { token })
      stream.close()
    })
    const stream = collector.spans.find(({ name }) => name === 'GET /api/v1/alerts')
    assert.equal(stream?.attributes['http.response.status_code'], 200)
  })

  test('health, metrics and pages are not traced', async () => {
    const collector = await traced(async (loggia) => {
      for (const path of ['/livez', '/readyz', '/metrics', '/docs', '/']) await loggia.call('GET', path)
    })
    assert.deepEqual(collector.spans, [])
  })

  test('of traces that begin here a share is kept; what a caller has decided stands', async () => {
    const [kept, dropped] = [callersTrace('01'), callersTrace('00')]
    const work = async ({ call }: TestLoggia) => {
      for (const headers of [kept.headers, dropped.headers, {}])
        await call('GET', '/api/v1/tasks', { headers })
    }
    const none = await traced(work, { OTEL_TRACES_SAMPLER_ARG: '0' })
    const all = await traced(work)
    assert.deepEqual(
      none.spans.map(({ traceId }) => traceId),
      [kept.traceId],
    )
    assert.equal(all.spans.length, 2)
    assert.deepEqual(all.trace(dropped.traceId), [])
  })

  test('the collector is shown the headers that it wants', async () => {
    const collector = await traced(async ({ call }) => void (await call('GET', '/api/v1/tasks')), {
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%2Cb%20c, x-team = ops',
    })
    assert.equal(collector.headers[0]?.['api-key'], 'a,b c')
    assert.equal(collector.headers[0]?.['x-team'], 'ops')
  })

  test('a collector that is away holds nothing up, and neither does a stop', async () => {
    const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
    const loggia = await startLoggia(settings)
    const { id, token } = await loggia.register('ada')
    const body = { template: 'profile', subject_id: id }
    const requested = await loggia.call('POST', '/api/v1/documents', { token, body })
    await loggia.drain()
    const { state } = (await loggia.call('GET', `/api/v1/documents/${requested.body.id}`, { token })).body
    assert.equal(state, 'ready')
    const begun = performance.now()
    await loggia.close()
    assert.ok(performance.now() - begun < 8_000)
  })
})
