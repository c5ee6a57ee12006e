import { queueContract } from '../contracts/queue.ts'
import { unreachable } from '../support/engines.ts'
import { openRabbitMqRoom } from '../support/rabbitmq.ts'

const skip = await unreachable('rabbitmq')

async function openOnRabbitMq() {
  const room = await openRabbitMqRoom()
  const [{ queue }, { queue: other }] = [await room.open(), await room.open()]
  return { queue, other, close: room.close }
}

const ABLE = { dedup: false, inspection: false, timedLeases: false, keepsPlace: false }
queueContract('RabbitMQ', openOnRabbitMq, ABLE, skip)
