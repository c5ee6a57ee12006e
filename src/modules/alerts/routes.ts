import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Static, TSchema } from 'typebox'
import { EventHeaders, PageOf } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { fold } from '../../kit/fold.ts'
import type { AlertsRoom } from './room.ts'
import { ruleRoutes } from './rule-routes.ts'
import { type AlertFilter, AlertOf, AlertQuery, Ticket } from './schemas.ts'
import { wantsStream } from './stream.ts'

const STREAM_DESCRIPTION = [
  'With `Accept: text/event-stream`, or with a ticket, a stream of server-sent events:',
  '`event: alert` with the alert as `data` and its id as `id`, from now on, or from after `Last-Event-ID` or `last_event_id`.',
  '`event: gap` with `{"from", "to"}` says which alerts cannot be shown, because they were purged, or because the given id',
  'is not one of ours; the stream then goes on. With `rule_id` or `make` it tells of those alerts only, and still of each gap. It ends with the token or ticket that opened it; connect again to go on.',
].join(' ')

/** `detection`: the shape that the room of detections answers with. */
export function alertRoutes(app: App, room: AlertsRoom, detection: TSchema): void {
  ruleRoutes(app, room.rules)
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
      wantsStream(request)
        ? room.streamAlerts(request, reply, filterOf(request.query))
        : room.alerts.list(request.query, filterOf(request.query)),
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

function filterOf({ rule_id, make }: Static<typeof AlertQuery>): AlertFilter {
  return { ruleId: rule_id, makeKey: make === undefined ? undefined : fold(make) }
}

/** One address, two types: a cache must not give the one for the other. */
async function varyByAccept(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const others = reply.getHeader('vary')
  reply.header('vary', others === undefined ? 'Accept' : `${others}, Accept`)
}
