import Fastify from 'fastify'
import { answerTo } from './reference-answers.ts'

/** Fastify with answer schemas and nothing behind it: what a fast framework gives before it does any work. */
const text = { type: 'string' }
const task = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    author: text,
    text,
    done: { type: 'boolean' },
    due_at: { type: ['string', 'null'] },
    created_at: text,
    updated_at: text,
    change: { type: 'integer' },
  },
}
const list = {
  type: 'object',
  properties: { items: { type: 'array', items: task }, next_cursor: { type: ['string', 'null'] } },
}

const id = { type: 'integer' }
const named = { type: 'object', properties: { id, name: text } }
const priced = { type: 'object', properties: { id, name: text, price_minor: { type: 'integer' } } }
const store = {
  type: 'object',
  properties: {
    id,
    name: text,
    currency: text,
    items: { type: 'array', items: priced },
    tags: { type: 'array', items: named },
  },
}

const app = Fastify()
app.get('/livez', async () => ({ status: 'alive' }))
app.get('/api/v1/tasks', { schema: { response: { 200: list } } }, async (request) => answerTo(request.url))
app.get('/api/v1/tasks/:id', { schema: { response: { 200: task } } }, async (request) =>
  answerTo(request.url),
)
app.get('/api/v1/stores/:id', { schema: { response: { 200: store } } }, async (request) =>
  answerTo(request.url),
)
app.post('/api/v1/tasks', { schema: { response: { 201: task } } }, async (_request, reply) => {
  reply.code(201)
  return answerTo('')
})
console.log(`ready at ${await app.listen({ port: 0, host: '127.0.0.1' })}`)
