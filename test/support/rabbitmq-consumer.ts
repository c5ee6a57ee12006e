/** A process of its own that receives one message, says how often that was delivered, and then kills itself or waits. */
import { systemClock } from '../../src/kit/clock.ts'
import { createRabbitMqQueue } from '../../src/platform/queue/rabbitmq.ts'
import { openRabbitMq } from '../../src/platform/rabbitmq/index.ts'

const [url = '', namespace = '', queue = '', end = ''] = process.argv.slice(2)
const onError = console.error
const rabbitMq = await openRabbitMq({ url, onError })
const { receive } = createRabbitMqQueue({ rabbitMq, namespace, clock: systemClock, onError })
const [delivery] = await receive(queue, { max: 1, leaseSeconds: 60, waitSeconds: 20, deliveriesMax: 10 })
console.log(`received ${delivery?.deliveries}`)
if (end === 'die') process.kill(process.pid, 'SIGKILL')
