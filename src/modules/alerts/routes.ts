import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { EventHeaders, IdParams, NoContent, PageOf, PageQuery } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { AlertsRoom } from './room.ts'
import { AlertOf, AlertQuery, AlertRule, NewAlertRule, Ticket } from './schemas.ts'
import { wantsStream } from './stream.ts'

const STREAM_DESCRIPTION = [
  'With `Accept: text/event-stream`, or with a ticket, a stream of server-sent events:',
  '`event: alert` with the alert as `data` and its id as `id`, from now on, or from after `Last-Event-ID` or `last_event_id`.',
  '`event: gap` with `{"from", "to"}` says which alerts cannot be shown, because they were purged, or because the given id',
  'is not one of ours; the stream then goes on. It ends with the token or ticket that opened it; connect again to go on.',
].join(' ')

/** `detection`: the shape that the room of detections answers with. */
export function alertRoutes(app: App, room: AlertsRoom, detection: TSchema): void {
  ruleRoutes(app, room)
  app.get(
    '/alerts',
    {
      config: { access: 'user', machine: true, ticket: true },
      schema: {
        summary: 'Alerts, newest first, or as a stream',
        description: STREAM_DESCRIPTION,
        querystring: AlertQuery,
        headers: EventHeaders,
        response: { 200: PageOf(AlertOf(detection)) },
      },
      onRequest: varyByAccept,
    },
    (request, reply) =>
      wantsStream(request) ? room.streamAlerts(request, reply) : room.alerts.list(request.query),
  )
  app.post(
    '/alerts/tickets',
    {
      config: { access: 'user', idempotent: false },
      schema: { summary: "A one-time ticket for a browser's EventSource", response: { 201: Ticket } },
    },
    (request) => room.tickets.issue(request.caller),
  )
}

function ruleRoutes(app: App, { rules }: AlertsRoom): void {
  app.get(
    '/alert-rules',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Alert rules, newest first',
        querystring: PageQuery,
        response: { 200: PageOf(AlertRule) },
      },
    },
    (request) => rules.list(request.query),
  )
  app.post(
    '/alert-rules',
    {
      config: { access: 'admin', location: '/api/v1/alert-rules' },
      schema: { summary: 'Make an alert rule', body: NewAlertRule, response: { 201: AlertRule } },
    },
    (request) => rules.create(request.body),
  )
  app.get(
    '/alert-rules/:id',
    {
      config: { access: 'admin' },
      schema: { summary: 'One alert rule', params: IdParams, response: { 200: AlertRule } },
    },
    (request) => rules.get(request.params.id),
  )
  app.delete(
    '/alert-rules/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Delete an alert rule; its alerts stay',
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    (request) => rules.remove(request.params.id),
  )
}

/** One address, two types: a cache must not give the one for the other. */
async function varyByAccept(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const others = reply.getHeader('vary')
  reply.header('vary', others === undefined ? 'Accept' : `${others}, Accept`)
}
