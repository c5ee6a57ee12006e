import type { Access } from '../../http/access.ts'
import { sendJsonText } from '../../http/conditional.ts'
import { hangUpOf } from '../../http/hang-up.ts'
import { NoContent, PageOf } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { Messages } from './messages.ts'
import type { Queues } from './queues.ts'
import type { QueuesRoom } from './room.ts'
import {
  Ack,
  Extend,
  Nack,
  Popped,
  Push,
  Pushed,
  Queue,
  QueueParams,
  QueueQuery,
  QueueSettings,
  Receive,
  Received,
  Settled,
} from './schemas.ts'

const PUSH = { access: ['admin', 'key:queue:push'] as Access, narrowedBy: 'name', machine: true }
const RECEIVE = { access: ['admin', 'key:queue:receive'] as Access, narrowedBy: 'name', machine: true }

export function queueRoutes(app: App, { queues, messages }: QueuesRoom): void {
  adminRoutes(app, queues)
  messageRoutes(app, messages)
  settlementRoutes(app, messages)
}

function adminRoutes(app: App, queues: Queues): void {
  app.get(
    '/queues',
    {
      config: { access: 'admin' },
      schema: { summary: 'All queues, by name', querystring: QueueQuery, response: { 200: PageOf(Queue) } },
    },
    (request) => queues.list(request.query),
  )
  app.get(
    '/queues/:name',
    {
      config: { access: 'admin' },
      schema: { summary: 'One queue', params: QueueParams, response: { 200: Queue } },
    },
    async (request, reply) => sendJsonText(request, reply, await queues.serve(request.params.name)),
  )
  app.put(
    '/queues/:name',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Make a queue, or change it',
        params: QueueParams,
        body: QueueSettings,
        response: { 200: Queue },
      },
    },
    (request) => queues.configure(request.params.name, request.body),
  )
  app.delete(
    '/queues/:name',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Delete a queue and its messages',
        params: QueueParams,
        response: { 204: NoContent },
      },
    },
    (request) => queues.remove(request.params.name),
  )
}

function messageRoutes(app: App, messages: Messages): void {
  app.post(
    '/queues/:name/messages',
    {
      config: PUSH,
      schema: {
        summary: 'Push one message, or up to 100',
        params: QueueParams,
        body: Push,
        response: { 201: Pushed },
      },
    },
    ({ caller, params, body, headers }) =>
      messages.push(caller, params.name, body, headers['idempotency-key'] as string | undefined),
  )
  app.post(
    '/queues/:name/receive',
    {
      config: RECEIVE,
      schema: { summary: 'Lease messages', params: QueueParams, body: Receive, response: { 200: Received } },
    },
    ({ params, body }, reply) =>
      messages.receive(params.name, body, body.wait_seconds ? hangUpOf(reply) : undefined),
  )
  app.post(
    '/queues/:name/pop',
    {
      config: RECEIVE,
      schema: {
        summary: 'Take one message for good',
        params: QueueParams,
        response: { 200: Popped, 204: NoContent },
      },
    },
    async (request, reply) => (await messages.pop(request.params.name)) ?? reply.code(204).send(null),
  )
}

function settlementRoutes(app: App, messages: Messages): void {
  const settlement = { params: QueueParams, response: { 200: Settled } }
  app.post(
    '/queues/:name/ack',
    { config: RECEIVE, schema: { summary: 'Done with these', body: Ack, ...settlement } },
    (request) => messages.ack(request.params.name, request.body.receipts),
  )
  app.post(
    '/queues/:name/nack',
    { config: RECEIVE, schema: { summary: 'Give these back', body: Nack, ...settlement } },
    (request) => messages.nack(request.params.name, request.body),
  )
  app.post(
    '/queues/:name/extend',
    {
      config: RECEIVE,
      schema: { summary: 'Hold these longer', body: Extend, ...settlement },
    },
    (request) => messages.extend(request.params.name, request.body),
  )
}
