import { PageOf } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { QueuesRoom } from './room.ts'
import {
  Browse,
  Edit,
  Edited,
  History,
  HistoryQuery,
  KeptMessage,
  MessageParams,
  Purge,
  Purged,
  QueueParams,
  Redrive,
  Redriven,
} from './schemas.ts'

/** For administrators: what lies in a queue, and how to put it right. */
export function repairRoutes(app: App, { repair, history }: QueuesRoom): void {
  app.get(
    '/queues/:name/messages',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Messages by state, oldest first',
        params: QueueParams,
        querystring: Browse,
        response: { 200: PageOf(KeptMessage) },
      },
    },
    (request) => repair.browse(request.params.name, request.query),
  )
  app.patch(
    '/queues/:name/messages/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Edit a dead message',
        params: MessageParams,
        body: Edit,
        response: { 200: Edited },
      },
    },
    ({ params, body }) => repair.edit(params.name, params.id, body.body),
  )
  app.post(
    '/queues/:name/redrive',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Let dead messages wait again',
        params: QueueParams,
        body: Redrive,
        response: { 200: Redriven },
      },
    },
    ({ params, body }) => repair.redrive(params.name, body.ids),
  )
  app.post(
    '/queues/:name/purge',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Remove every message',
        params: QueueParams,
        body: Purge,
        response: { 200: Purged },
      },
    },
    ({ params, body }) => repair.purge(params.name, body.name),
  )
  app.get(
    '/queues/:name/history',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'In and out over time',
        params: QueueParams,
        querystring: HistoryQuery,
        response: { 200: History },
      },
    },
    ({ params, query }) => history.read(params.name, query),
  )
}
