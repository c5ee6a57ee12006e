import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import amqp from 'amqplib'
import { ENGINES, unreachable } from '../support/engines.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'
import { eventually } from '../support/process.ts'
import { forgetQueues } from '../support/rabbitmq.ts'

/** Debian's own, for which `apt install python3-pika` is. */
const PYTHON = '/usr/bin/python3'
const PUBLISH = `
import pika, sys
connection = pika.BlockingConnection(pika.URLParameters(sys.argv[1]))
for body in sys.argv[3:]:
    connection.channel().basic_publish("", sys.argv[2], body.encode(), pika.BasicProperties(delivery_mode=2))
connection.close()
`

suite('detections and alerts of other programs on RabbitMQ', { skip: await unreachable('rabbitmq') }, () => {
  const namespace = `t${randomBytes(8).toString('hex')}`
  const queue = `${namespace}.detections`
  let loggia: TestLoggia
  let token: string

  before(async () => {
    loggia = await startLoggia({
      AMQP_URL: ENGINES.rabbitmq,
      NAMESPACE: namespace,
      AMQP_DETECTIONS_QUEUE: queue,
    })
    token = (await loggia.registerAdmin('root')).token
    // Whoever publishes to a queue that is not there loses the message.
    await loggia.drain()
  })
  after(async () => {
    await loggia.close()
    await forgetQueues(namespace)
  })

  const publish = (...bodies: string[]) =>
    execFileSync(PYTHON, ['-c', PUBLISH, ENGINES.rabbitmq, queue, ...bodies])
  const detections = async () => (await loggia.call('GET', '/api/v1/detections', { token })).body.items

  test('a plain publish is a detection, and what is none stops nothing', async () => {
    const good = { Year: 2011, Make: 'Toyota', Model: 'Land Cruiser', Category: 'SUV' }
    publish('no json', JSON.stringify({ ...good, Year: 'abc' }), JSON.stringify(good))
    await eventually(async () => (await detections()).length === 1)
    const [{ year, make, model, category }] = await detections()
    assert.deepEqual(
      { year, make, model, category },
      {
        year: 2011,
        make: 'Toyota',
        model: 'Land Cruiser',
        category: 'SUV',
      },
    )
    const connection = await amqp.connect(ENGINES.rabbitmq)
    const channel = await connection.createChannel()
    const reasons: string[] = []
    await eventually(async () => {
      const dead = await channel.get(`${queue}.dead`, { noAck: true })
      if (dead !== false) reasons.push(String(dead.properties.headers?.['loggia-reason']))
      return reasons.length === 2
    })
    await connection.close()
    assert.match(reasons.toSorted().join('\n'), /year must be integer[\s\S]*no JSON/)
  })

  test('whoever binds a queue to the exchange of alerts gets each of them', async () => {
    const connection = await amqp.connect(ENGINES.rabbitmq)
    const channel = await connection.createChannel()
    await channel.assertExchange(`${namespace}.alerts`, 'fanout', { durable: true })
    const { queue: own } = await channel.assertQueue('', { exclusive: true })
    await channel.bindQueue(own, `${namespace}.alerts`, '')
    const seen: { id: number; messageId: string; make: string }[] = []
    await channel.consume(
      own,
      (message) => {
        if (message === null) return
        const alert = JSON.parse(`${message.content}`)
        seen.push({ id: alert.id, messageId: message.properties.messageId, make: alert.detection.make })
      },
      { noAck: true },
    )
    for (const make of ['Lada', 'Fiat']) {
      const body = { year: 2000, make, model: 'x', category: 'SUSPICIOUS_VEHICLE' }
      await loggia.call('POST', '/api/v1/detections', { token, body })
    }
    await eventually(() => seen.length === 2)
    await connection.close()
    assert.deepEqual(
      seen.map(({ make }) => make),
      ['Lada', 'Fiat'],
    )
    assert.ok(seen.every(({ id, messageId }) => messageId === `${id}`))
  })
})
