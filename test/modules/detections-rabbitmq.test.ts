import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from 'amqplib'
import { ENGINES, unreachable } from '../support/engines.ts'
import { openInstallation, settingsFor } from '../support/installation.ts'
import { startLoggia } from '../support/loggia.ts'
import { eventually } from '../support/process.ts'
import { forgetQueues } from '../support/rabbitmq.ts'

test('a stranger pushes detections to RabbitMQ and hears of alerts from an exchange there', {
  skip: await unreachable('rabbitmq'),
}, async () => {
  const folder = await openInstallation()
  const namespace = settingsFor(folder.path)['NAMESPACE'] ?? `t${Date.now().toString(36)}${process.pid}`
  const settings = { AMQP_URL: ENGINES.rabbitmq, NAMESPACE: namespace }
  const loggia = await startLoggia(settings, { dataDir: folder.path })
  const admin = await loggia.registerAdmin('root')
  const connection = await connect(ENGINES.rabbitmq)
  const channel = await connection.createConfirmChannel()
  const exchange = `${namespace}.alerts`
  await channel.assertExchange(exchange, 'fanout', { durable: true })
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, exchange, '')
  const heard: { id: string; model: string }[] = []
  await channel.consume(
    queue,
    (message) => {
      const { detection } = JSON.parse(String(message?.content))
      heard.push({ id: String(message?.properties.messageId), model: detection.model })
    },
    { noAck: true },
  )

  await loggia.drain()
  const push = (body: unknown, messageId: string) =>
    channel.sendToQueue(`${namespace}.detections`, Buffer.from(JSON.stringify(body)), { messageId })
  const seen = { Year: 2020, Make: 'Jeep', Category: 'SUSPICIOUS_VEHICLE' }
  push({ ...seen, Model: 'a' }, 'first')
  push({ ...seen, Model: 'a' }, 'first')
  push('no detection', 'second')
  push({ ...seen, Model: 'b' }, 'third')
  await channel.waitForConfirms()
  await eventually(() => heard.length === 2)
  assert.deepEqual(heard, [
    { id: '1', model: 'a' },
    { id: '2', model: 'b' },
  ])
  const { body } = await loggia.call('GET', '/api/v1/detections', { token: admin.token })
  assert.deepEqual(
    body.items.map(({ source_id }: { source_id: string }) => source_id),
    ['message:third', 'message:first'],
  )

  await loggia.close()
  await channel.deleteExchange(exchange)
  await connection.close()
  await forgetQueues(namespace)
  await folder.remove()
})
