import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, before, suite, test } from 'node:test'
import { promisify } from 'node:util'
import { ENGINES, unreachable } from '../support/engines.ts'
import { openRedisQueues, type RedisQueues, receive } from '../support/redis-queues.ts'

const run = promisify(execFile)

const PYTHON = `
import sys, redis
url, key = sys.argv[1:]
client = redis.Redis.from_url(url)
client.xadd(key, {"body": '{"from":"python"}'})
client.xadd(key, {"body": "tea & b\\u00e4r"})
client.xadd(key, {"make": "Seat", "year": 2024, "__proto__": "x"})
`

const DEEP = '['.repeat(10_000) + ']'.repeat(10_000)

/** Debian's own, for which `python3-redis` is. */
const PYTHON_PATH = '/usr/bin/python3'

async function whyNoPython(): Promise<string | false> {
  if (process.env['CI'] === 'true') return false
  const found = await run(PYTHON_PATH, ['-c', 'import redis']).then(
    () => true,
    () => false,
  )
  return found ? false : 'Python has no module redis'
}

suite('foreign programs at a queue in Redis', { skip: await unreachable('redis') }, async () => {
  let opened: RedisQueues
  before(async () => {
    opened = await openRedisQueues()
  })
  after(() => opened.close())

  const keyOf = (name: string) => `${opened.namespace}:queue:${name}`
  const xadd = (name: string, ...fields: string[]) =>
    run('redis-cli', ['-u', ENGINES.redis, 'xadd', keyOf(name), '*', ...fields])
  const taken = async (name: string, waitSeconds = 0) =>
    (await receive(opened.queue, name, { waitSeconds })).map(({ body }) => JSON.parse(body) as unknown)

  test('a plain XADD is a push, before and after the first receive', async () => {
    await xadd('cli', 'body', '{"n":1}')
    await xadd('cli', 'body', '2')
    assert.deepEqual(await taken('cli'), [{ n: 1 }, 2])
    await xadd('cli', 'body', '[3]')
    assert.deepEqual(await taken('cli'), [[3]])
  })

  const shapes: [what: string, fields: string[], body: unknown][] = [
    ['a body that is no JSON is a string', ['body', 'hello "you"'], 'hello "you"'],
    ['a body that breaks off is a string', ['body', '{"a":'], '{"a":'],
    ['a body that nests without end is a string', ['body', DEEP], DEEP],
    ['an empty body is an empty string', ['body', ''], ''],
    ['fields beside a body are left out', ['from', 'till 3', 'body', '1'], 1],
    [
      'without a body the fields are the message',
      ['plate', 'AB-1', 'speed', '90'],
      { plate: 'AB-1', speed: '90' },
    ],
    ['a field that comes twice counts as it came last', ['a', '1', 'a', '2'], { a: '2' }],
  ]
  for (const [what, fields, body] of shapes) {
    test(what, async () => {
      await xadd(what, ...fields)
      assert.deepEqual(await taken(what), [body])
    })
  }

  test('nonsense in the fields and ids that are ours holds up nobody', async () => {
    await xadd('nonsense', 'body', '1', 'loggia:due', 'nan', 'loggia:expires', '-1', 'loggia:at', 'yesterday')
    await xadd('nonsense', 'body', '2', 'loggia:due', '9'.repeat(400), 'loggia:dedup', '')
    const { commands } = opened.redis
    await commands.xadd(keyOf('nonsense'), '18446744073709551615-1', 'body', '3')
    const deliveries = await receive(opened.queue, 'nonsense')
    assert.deepEqual(
      deliveries.map(({ body }) => body),
      ['1', '2', '3'],
    )
    for (const { pushedAt } of deliveries) assert.ok(!Number.isNaN(new Date(pushedAt).getTime()))
    const { length } = deliveries
    const receipts = deliveries.map(({ receipt }) => receipt)
    assert.deepEqual(await opened.queue.ack('nonsense', receipts), { done: length, stale: [] })
  })

  test('a plain XADD wakes a receiver that waits', async () => {
    const waiting = taken('woken', 20)
    await xadd('woken', 'body', '"up"')
    assert.deepEqual(await waiting, ['up'])
  })

  test('its message is counted, shown, refused, mended and sent on its way as any other', async () => {
    const { queue, redis } = opened
    const before = Date.now()
    await xadd('whole', 'body', 'no JSON')
    const counted = await queue.counts('whole')
    assert.equal(counted.waiting, 1)
    assert.ok(Math.abs((counted.oldestPushedAt ?? 0) - before) < 5_000)
    const [delivery] = await receive(queue, 'whole')
    const refusal = { delaySeconds: 0, reason: 'No JSON.', deliveriesMax: 1 }
    await queue.nack('whole', [String(delivery?.receipt)], refusal)
    const request = { state: 'dead' as const, limit: 10, after: null, contains: 'no J' }
    const { messages } = await queue.browse('whole', request)
    assert.deepEqual(
      messages.map(({ body, reason }) => [body, reason]),
      [['"no JSON"', 'No JSON.']],
    )
    assert.equal(await queue.edit('whole', String(delivery?.id), '{"mended":true}'), true)
    assert.equal(await queue.redrive('whole', null), 1)
    const [again] = await receive(queue, 'whole')
    assert.deepEqual([again?.body, again?.pushedAt], ['{"mended":true}', delivery?.pushedAt])
    assert.equal(await redis.commands.xlen(keyOf('whole')), 0)
  })

  test("Python's client pushes", { skip: await whyNoPython() }, async () => {
    await run(PYTHON_PATH, ['-c', PYTHON, ENGINES.redis, keyOf('python')])
    const [first, second, third] = await receive(opened.queue, 'python')
    assert.deepEqual(
      [first?.body, second?.body, third?.body],
      ['{"from":"python"}', '"tea & bär"', '{"make":"Seat","year":"2024","__proto__":"x"}'],
    )
  })
})
