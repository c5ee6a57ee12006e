import assert from 'node:assert/strict'
import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { withDeadline } from '../support/event-stream.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { assertProblem } from '../support/problem.ts'

const PATH = '/api/v1/detections'
const TYPE = 'application/x-ndjson'
const COROLLA = { year: 2011, make: 'Toyota', model: 'Corolla', category: 'Sedan' }
const line = (more: object = {}) => JSON.stringify({ ...COROLLA, ...more })

suite('a body of lines', () => {
  let loggia: TestLoggia
  let ana: Person

  before(async () => {
    loggia = await startLoggia({ REQUEST_TIMEOUT: '1s', BODY_LIMIT: '64kb' })
    ana = await loggia.register('ana')
  })
  after(() => loggia.close())

  const send = (body: string, headers: Record<string, string> = {}) =>
    loggia.call('POST', PATH, { token: ana.token, body, headers: { 'content-type': TYPE, ...headers } })
  const countOf = async (make: string) => {
    const { body } = await loggia.call('GET', `${PATH}/stats`, { token: ana.token })
    return body.items.find((item: { make: string }) => item.make === make)?.count ?? 0
  }
  const untilCount = async (make: string, count: number) => {
    while ((await countOf(make)) < count);
  }

  /** A request whose body is written by hand. */
  function open(token = ana.token, headers: Record<string, string> = {}) {
    const { hostname, port } = new URL(loggia.address)
    const sent = request({
      hostname,
      port,
      path: PATH,
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': TYPE, ...headers },
    })
    const answer = new Promise<{ status: number; headers: Headers; body: unknown }>((resolve, reject) => {
      sent.once('error', reject).once('response', async (response) => {
        const { statusCode = 0, headers: names } = response
        const shown = new Headers(Object.entries(names) as [string, string][])
        resolve({ status: statusCode, headers: shown, body: await json(response) })
      })
    })
    answer.catch(() => {})
    const write = (text: string) => new Promise((done) => sent.write(text, done))
    return {
      write,
      end: () => sent.end(),
      hangUp: () => sent.destroy(),
      answer: () => withDeadline('an answer', answer),
    }
  }

  test('is counted: accepted, duplicate and refused with the numbers of its lines', async () => {
    const body = [
      line({ source_id: 'a' }),
      '',
      line({ source_id: 'a' }),
      '{"year":',
      '  \r',
      `${JSON.stringify({ Year: 2020, Make: 'Kia', Model: 'Rio', Category: 'SUV, Wagon' })}\r`,
      line({ year: 1, colour: 'red' }),
      'null',
      line({ model: 'last' }),
    ].join('\n')
    const { status, headers, body: told } = await send(body)
    assert.equal(status, 200)
    assert.equal(headers.get('location'), null)
    const { refusals, ...counts } = told
    assert.deepEqual(counts, { accepted: 3, duplicate: 1, refused: 3 })
    assert.deepEqual(
      refusals.map((refusal: { line: number; errors: { pointer: string }[] }) => [
        refusal.line,
        ...refusal.errors.map(({ pointer }) => pointer).sort(),
      ]),
      [
        [4, ''],
        [7, '/colour', '/year'],
        [8, ''],
      ],
    )
    assert.equal(
      (await loggia.call('GET', `${PATH}?category=wagon`, { token: ana.token })).body.items.length,
      1,
    )
  })

  for (const [what, body, refused] of [
    ['no line at all', '', []],
    ['nothing but empty lines', '\n\r\n\n', []],
    ['a line too long', `${line()}\n{"year": "${'1'.repeat(100_000)}"}\n${line()}`, [2]],
    ['a last line too long', `${line()}\n${line()}\n${'x'.repeat(20_000)}`, [3]],
    ['a list in a line', `[${line()}]\n${line()}\n${line()}`, [1]],
    ['deep nesting', `${line()}\n${'['.repeat(16_000)}\n${line()}`, [2]],
    ['a poisonous member', `${line()}\n{"__proto__": {"year": 2000}}\n${line()}`, [2]],
  ] as const) {
    test(`with ${what}`, async () => {
      const { status, body: told } = await send(body)
      assert.equal(status, 200)
      assert.equal(told.accepted, body.includes('{"year":2011') ? 2 : 0)
      assert.deepEqual(
        told.refusals.map((refusal: { line: number }) => refusal.line),
        refused,
      )
    })
  }

  test('with bytes that are no UTF-8 in a line', async () => {
    const bad = Buffer.from(line({ model: 'caf_' }))
    bad[bad.indexOf('_')] = 0xe9
    const body = Buffer.concat([bad, Buffer.from(`\n${line()}`)])
    const headers = { authorization: `Bearer ${ana.token}`, 'content-type': `${TYPE}; charset=utf-8` }
    const answer = await fetch(loggia.address + PATH, { method: 'POST', headers, body })
    const told = (await answer.json()) as { accepted: number; refusals: { line: number }[] }
    assert.deepEqual([told.accepted, told.refusals[0]?.line], [1, 1])
  })

  test('names the first hundred of many faults', async () => {
    const { body } = await send('x\n'.repeat(50_000))
    assert.equal(body.refused, 50_000)
    assert.deepEqual(
      body.refusals.map((refusal: { line: number }) => refusal.line),
      [...Array(100).keys()].map((at) => at + 1),
    )
  })

  test('is stored as it comes, may take longer than other requests, and is answered at its end', async () => {
    const lines = open()
    await lines.write(`${line({ make: 'Slow' })}\n`)
    await withDeadline('the first line', untilCount('Slow', 1))
    await lines.write(`${line({ make: 'Slow' })}\n`.repeat(499))
    await withDeadline('more lines', untilCount('Slow', 500))
    const other = open(ana.token, { 'content-type': 'application/json' })
    await other.write('[')
    assert.equal((await other.answer()).status, 408)

    await lines.write(`${line({ make: 'Slow' })}\n`.repeat(500))
    await withDeadline('still more lines', untilCount('Slow', 1000))
    await lines.write(line({ make: 'Slow' }))
    lines.end()
    const { status, body } = await lines.answer()
    assert.equal(status, 200)
    assert.deepEqual(body, { accepted: 1001, duplicate: 0, refused: 0, refusals: [] })
  })

  test('that breaks off leaves what was stored, and sent again doubles nothing', async () => {
    const lines = Array.from({ length: 800 }, (_, at) => line({ make: 'Torn', source_id: `torn-${at}` }))
    const body = open()
    await body.write(`${lines.slice(0, 700).join('\n')}\n{"year":`)
    await withDeadline('the first lines', untilCount('Torn', 700))
    body.hangUp()
    const { body: told } = await send(lines.join('\n'))
    assert.deepEqual([told.accepted, told.duplicate], [100, 700])
    assert.equal(await countOf('Torn'), 800)
  })

  test('ends with the right to send it, and says how far it came', async () => {
    const other = await loggia.signIn('ana', ana.password)
    const body = open(other.token)
    await body.write(`${line({ make: 'Revoked' })}\n`.repeat(500))
    await withDeadline('the first lines', untilCount('Revoked', 500))
    await loggia.call('POST', '/api/v1/auth/logout', { token: other.token })
    await body.write(`${line({ make: 'Revoked' })}\n`.repeat(500))
    const answer = await body.answer()
    assertProblem(answer, 401, 'token_revoked')
    assert.match((answer.body as { detail: string }).detail, / Lines up to 500 are done\.$/)
    assert.equal(answer.headers.get('connection'), 'close')
    assert.equal(await countOf('Revoked'), 500)
  })

  test('of five hundred megabytes is taken in a small memory', async () => {
    const megabyte = 'x'.repeat(1024 * 1024)
    const body = open()
    const before = process.memoryUsage.rss()
    let highest = before
    for (let at = 0; at < 500; at += 1) {
      await body.write(at % 2 === 0 ? megabyte : `${megabyte}\n${line({ make: 'Many' })}\n`)
      highest = Math.max(highest, process.memoryUsage.rss())
    }
    body.end()
    const { accepted, refused } = (await body.answer()).body as { accepted: number; refused: number }
    assert.deepEqual([accepted, refused], [250, 250])
    assert.ok(highest - before < 200 * 1024 * 1024, `${(highest - before) / 1024 / 1024} MB`)
  })

  test('takes an API key of that scope, and no Idempotency-Key', async () => {
    const key = { name: 'camera', scopes: ['detections:write'] }
    const made = await loggia.call('POST', '/api/v1/auth/keys', { token: ana.token, body: key })
    const headers = { 'content-type': TYPE }
    const sent = await loggia.call('POST', PATH, { token: made.body.key, body: line(), headers })
    assert.equal(sent.body.accepted, 1)
    assertProblem(await send(line(), { 'idempotency-key': 'once' }), 400, 'idempotency_key_not_taken')
    assert.equal((await loggia.call('POST', PATH, { body: line(), headers })).status, 401)
  })

  test('raises alerts as any other detection', async () => {
    await send(line({ category: 'SUSPICIOUS_VEHICLE', model: 'Alerting' }))
    const { body } = await loggia.call('GET', '/api/v1/alerts', { token: ana.token })
    assert.equal(body.items[0].detection.model, 'Alerting')
  })

  test('is taken nowhere else', async () => {
    const call = { token: ana.token, body: line(), headers: { 'content-type': TYPE } }
    assertProblem(await loggia.call('POST', '/api/v1/tasks', call), 415, 'unsupported_media_type')
  })
})
