import type { FastifyReply, FastifyRequest } from 'fastify'
import { ticketOf } from '../../http/access.ts'
import { lastEventIdOf, type OpenEventStream } from '../../http/sse.ts'
import type { Alerts } from './alerts.ts'
import type { AlertFilter } from './schemas.ts'
import type { Tail } from './tail.ts'

/** What is asked for by its type, or by a ticket, which is for nothing else. */
export function wantsStream(request: FastifyRequest): boolean {
  const accepts = /\btext\/event-stream\b/i.test(request.headers.accept ?? '')
  return request.method === 'GET' && (accepts || ticketOf(request) !== undefined)
}

export function createAlertStream(options: { alerts: Alerts; tail: Tail; openEventStream: OpenEventStream }) {
  const { alerts, tail, openEventStream } = options

  /** Where the stream begins is settled before the reader hears of it: whatever happens after its first byte is in it. */
  return async function streamAlerts(
    request: FastifyRequest,
    reply: FastifyReply,
    filter: AlertFilter = {},
  ): Promise<void> {
    const asked = lastEventIdOf(request)
    const newestId = asked !== undefined && tail.hasPassed(asked) ? asked : await alerts.lastId()
    const lastEventId = asked ?? newestId
    const stream = openEventStream(request, reply, String(Math.min(lastEventId, newestId)))
    await tail.follow(stream, { lastEventId, newestId, filter })
  }
}

export type StreamAlerts = ReturnType<typeof createAlertStream>
