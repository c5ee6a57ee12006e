import Fastify from 'fastify'
import { Redis } from 'ioredis'

/** The queue that everybody writes once: Fastify in front of a Redis list. No accounts, no leases, nothing comes back. */
const redis = new Redis(String(process.env['REDIS_URL']))
const text = { type: 'string' }
const pushed = { type: 'object', properties: { ids: { type: 'array', items: text } } }
const popped = { type: 'object', properties: { id: text, body: {} } }
const counted = { type: 'object', properties: { name: text, waiting: { type: 'integer' } } }
const count = { type: 'object', properties: { count: { type: 'integer' }, status: text } }
type Named = { Params: { name: string } }
type Push = Named & { Body: { body?: unknown; messages?: { body: unknown }[] } }

const app = Fastify()
app.get('/livez', async () => ({ status: 'alive' }))
app.post<Push>(
  '/api/v1/queues/:name/messages',
  { schema: { response: { 201: pushed } } },
  async ({ params, body }, reply) => {
    const messages = body.messages ?? [body]
    const length = await redis.lpush(params.name, ...messages.map((message) => JSON.stringify(message.body)))
    reply.code(201)
    return { ids: messages.map((_, index) => String(length - index)) }
  },
)
app.post<Named>(
  '/api/v1/queues/:name/pop',
  { schema: { response: { 200: popped } } },
  async ({ params }, reply) => {
    const message = await redis.rpop(params.name)
    return message === null ? reply.code(204).send() : { id: '', body: JSON.parse(message) }
  },
)
app.get<Named>('/api/v1/queues/:name', { schema: { response: { 200: counted } } }, async ({ params }) => {
  return { name: params.name, waiting: await redis.llen(params.name) }
})
app.get('/compat/queue/api/queue/count', { schema: { response: { 200: count } } }, async () => {
  return { count: await redis.llen('queue'), status: 'ok' }
})
app.addHook('onClose', () => redis.quit().then(() => {}))
process.once('SIGTERM', () => app.close())
console.log(`ready at ${await app.listen({ port: 0, host: '127.0.0.1' })}`)
