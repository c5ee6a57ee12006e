import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ReceiveRequest } from '../../src/platform/queue/index.ts'
import { queueContract } from '../contracts/queue.ts'
import { ENGINES, unreachable } from '../support/engines.ts'
import { withDeadline } from '../support/event-stream.ts'
import { eventually } from '../support/process.ts'
import { openRabbitMqRoom, type RabbitMqNode, type RabbitMqRoom } from '../support/rabbitmq.ts'

const skip = await unreachable('rabbitmq')

async function openOnRabbitMq() {
  const room = await openRabbitMqRoom()
  const [{ queue }, { queue: other }] = [await room.open(), await room.open()]
  return { queue, other, close: room.close }
}

const ABLE = { dedup: false, inspection: false, timedLeases: false, keepsPlace: false }
queueContract('RabbitMQ', openOnRabbitMq, ABLE, skip)

const CONSUMER = fileURLToPath(new URL('../support/rabbitmq-consumer.ts', import.meta.url))
/** Debian's own, for which `apt install python3-pika` is. */
const PYTHON = '/usr/bin/python3'
const PIKA = `
import pika, sys
url, queue, body = sys.argv[1:]
connection = pika.BlockingConnection(pika.URLParameters(url))
connection.channel().basic_publish('', queue, body.encode())
connection.close()
`

async function whyNoPika(): Promise<string | false> {
  if (process.env['CI'] === 'true') return false
  const found = promisify(execFile)(PYTHON, ['-c', 'import pika'])
  return found.then(
    () => false,
    () => 'Python has no module pika',
  )
}

const noPika = await whyNoPika()

suite('queue on RabbitMQ', { skip }, () => {
  let room: RabbitMqRoom
  let node: RabbitMqNode
  let other: RabbitMqNode

  before(async () => {
    room = await openRabbitMqRoom()
    node = await room.open()
    other = await room.open()
  })
  after(() => room.close())

  const name = () => `jobs/${randomUUID()}`
  const inRabbitMq = (queue: string) => `${room.namespace}.${queue.replace('/', '.')}`
  const take = (queue: string, more: Partial<ReceiveRequest> = {}, from = node) =>
    withDeadline(
      `a message of ${queue}`,
      from.queue.receive(queue, { max: 1, leaseSeconds: 60, waitSeconds: 15, deliveriesMax: 10, ...more }),
    )
  /** The next dead letter, as any AMQP client sees it. */
  async function deadLetter(queue: string) {
    const message = await room.channel.get(`${inRabbitMq(queue)}.dead`, { noAck: true })
    if (message === false) return null
    const { headers = {} } = message.properties
    return {
      content: message.content,
      reason: headers['loggia-reason'],
      deliveries: headers['loggia-deliveries'],
    }
  }
  /** Another process. */
  function startConsumer(queue: string, end: 'die' | 'wait') {
    const args = [CONSUMER, ENGINES.rabbitmq, room.namespace, queue, end]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    const closed = once(child, 'close')
    return { child, closed, told: once(child.stdout.setEncoding('utf8'), 'data') }
  }

  test('what is pushed is a persistent message in a durable quorum queue', async () => {
    const queue = name()
    const [id] = await node.queue.push(queue, [{ body: '{"id":7}' }])
    const message = await room.channel.get(inRabbitMq(queue), { noAck: true })
    assert.ok(message !== false)
    const { deliveryMode, messageId, contentType } = message.properties
    assert.deepEqual([deliveryMode, messageId, contentType], [2, id, 'application/json'])
    assert.equal(String(message.content), '{"id":7}')
    // Declared once more as docs/guide/engines.md tells other programs: refused, if it were not so.
    await room.channel.assertQueue(inRabbitMq(queue), {
      durable: true,
      arguments: {
        'x-queue-type': 'quorum',
        'x-dead-letter-exchange': '',
        'x-dead-letter-routing-key': `${inRabbitMq(queue)}.dead`,
        'x-dead-letter-strategy': 'at-least-once',
        'x-overflow': 'reject-publish',
      },
    })
    const dead = { durable: true, arguments: { 'x-queue-type': 'quorum' } }
    await room.channel.assertQueue(`${inRabbitMq(queue)}.dead`, dead)
  })

  test('what a process held that was killed goes to another one, and counts as delivered', async () => {
    const queue = name()
    await node.queue.push(queue, [{ body: '1' }])
    const { child, closed, told } = startConsumer(queue, 'wait')
    assert.deepEqual(await withDeadline('the consumer', told), ['received 1\n'])
    const waiting = take(queue)
    child.kill('SIGKILL')
    await closed
    assert.deepEqual(
      (await waiting).map(({ body, deliveries }) => [body, deliveries]),
      [['1', 2]],
    )
  })

  test('a message that kills whoever receives it is dead after as many deliveries as it may have', async () => {
    const queue = name()
    await node.queue.push(queue, [{ body: '"poison"' }])
    for (const delivery of [1, 2, 3]) {
      const { closed, told } = startConsumer(queue, 'die')
      assert.deepEqual(await withDeadline('the consumer', told), [`received ${delivery}\n`])
      await closed
    }
    await node.queue.push(queue, [{ body: '"harmless"' }])
    const [next] = await take(queue, { deliveriesMax: 3 })
    assert.equal(next?.body, '"harmless"')
    const dead = await deadLetter(queue)
    assert.equal(String(dead?.content), '"poison"')
    assert.equal(dead?.deliveries, 3)
    assert.equal(dead?.reason, 'The lease of the last delivery ran out.')
  })

  test('crashes and refusals with and without a delay count alike', async () => {
    const queue = name()
    await node.queue.push(queue, [{ body: '1' }])
    const refuse = async (delaySeconds: number) => {
      const [{ receipt = '', deliveries } = {}] = await take(queue)
      await node.queue.nack(queue, [receipt], { delaySeconds, reason: 'Out of paper.', deliveriesMax: 9 })
      return deliveries
    }
    assert.equal(await refuse(0), 1)
    assert.equal(await refuse(1), 2)
    const { closed, told } = startConsumer(queue, 'die')
    assert.deepEqual(await withDeadline('the consumer', told), ['received 3\n'])
    await closed
    assert.equal(await refuse(1), 4)
    const [last] = await take(queue)
    await node.queue.nack(queue, [last?.receipt ?? ''], {
      delaySeconds: 5,
      reason: 'On fire.',
      deliveriesMax: 5,
    })
    const dead = await deadLetter(queue)
    assert.deepEqual([dead?.deliveries, dead?.reason], [5, 'On fire.'])
  })

  for (const [what, content] of Object.entries({
    'a text': Buffer.from('no JSON'),
    nothing: Buffer.alloc(0),
    'half of an object': Buffer.from('{"id":'),
    'bytes that are no UTF-8': Buffer.from([0x22, 0xff, 0xfe, 0x22]),
  })) {
    test(`${what} instead of JSON goes to the dead letters as it is, and stops nothing`, async () => {
      const queue = name()
      await node.queue.push(queue, [])
      room.channel.sendToQueue(inRabbitMq(queue), content, { expiration: 60_000, headers: { CC: ['x'] } })
      room.channel.sendToQueue(inRabbitMq(queue), Buffer.from('{"id":1}'))
      await room.channel.waitForConfirms()
      const [good] = await take(queue)
      assert.deepEqual([good?.body, good?.deliveries], ['{"id":1}', 1])
      const dead = await deadLetter(queue)
      assert.deepEqual(dead?.content, content)
      assert.equal(dead?.reason, 'The body is no JSON.')
    })
  }

  test('a plain publish of another program is a message', { skip: noPika }, async () => {
    const queue = name()
    await node.queue.push(queue, [])
    await promisify(execFile)(PYTHON, ['-c', PIKA, ENGINES.rabbitmq, inRabbitMq(queue), '{"id": 3}'])
    const [delivery] = await take(queue)
    assert.deepEqual([delivery?.body, delivery?.deliveries], ['{"id": 3}', 1])
    assert.deepEqual(await node.queue.ack(queue, [delivery?.receipt ?? '']), { done: 1, stale: [] })
  })

  test('a push that no queue takes fails, and the next one finds the queue made anew', async () => {
    const queue = name()
    await node.queue.push(queue, [{ body: '1' }])
    await room.channel.deleteQueue(inRabbitMq(queue))
    await assert.rejects(node.queue.push(queue, [{ body: '2' }]), { code: 'rabbitmq_queue_missing' })
    await node.queue.push(queue, [{ body: '3' }])
    assert.deepEqual(
      (await take(queue)).map(({ body }) => body),
      ['3'],
    )
  })

  test('a receiver whose queue is deleted is told so, and the next one waits at a new queue', async () => {
    const queue = name()
    const waiting = assert.rejects(take(queue), { code: 'rabbitmq_unavailable' })
    await node.queue.push(queue, [])
    await eventually(async () => (await room.channel.checkQueue(inRabbitMq(queue))).consumerCount > 0)
    await room.channel.deleteQueue(inRabbitMq(queue))
    await waiting
    const again = take(queue)
    await other.queue.push(queue, [{ body: '1' }]).catch(() => other.queue.push(queue, [{ body: '1' }]))
    assert.equal((await again)[0]?.body, '1')
  })

  test('a queue that another program declared otherwise is named in the error, and the others go on', async () => {
    const [queue, neighbour] = [name(), name()]
    await room.channel.assertQueue(inRabbitMq(queue), { durable: true })
    const expected = { code: 'rabbitmq_queue_differs', message: new RegExp(inRabbitMq(queue)) }
    await assert.rejects(node.queue.push(queue, [{ body: '1' }]), expected)
    await assert.rejects(take(queue), expected)
    await node.queue.push(neighbour, [{ body: '2' }])
    assert.equal((await take(neighbour))[0]?.body, '2')
    assert.deepEqual(node.errors, [])
  })

  for (const [how, leave] of Object.entries({
    'no longer receives': async () => {},
    'is closed': (leaving: RabbitMqNode) => leaving.close(),
  })) {
    test(`a process that ${how} keeps nothing that others wait for, and nothing counts as delivered`, async () => {
      const queue = name()
      const leaving = await room.open()
      const first = take(queue, { max: 8 }, leaving)
      await node.queue.push(queue, [{ body: '0' }])
      const [{ receipt = '' } = {}] = await first
      await leaving.queue.ack(queue, [receipt])
      await node.queue.push(
        queue,
        Array.from({ length: 20 }, (_, index) => ({ body: String(index + 1) })),
      )
      await leave(leaving)
      const counts: number[] = []
      while (counts.length < 20)
        counts.push(...(await take(queue, { max: 20 })).map(({ deliveries }) => deliveries))
      assert.deepEqual(counts, Array(20).fill(1))
    })
  }
})
