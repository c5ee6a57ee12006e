import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Span, Tracing } from '../platform/tracing/index.ts'
import type { App } from './server.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Asked all day by machines, and decides nothing. */
    untraced?: true
  }
}

/**
 * A span for each request, from its header to the end of its answer; it goes on with the trace that a `traceparent` names.
 * Health, metrics and pages are left out.
 */
export function createRequestSpans(tracing: Tracing): (app: App) => void {
  const open = new Map<FastifyReply, Span>()

  function end(reply: FastifyReply): void {
    const span = open.get(reply)
    if (span !== undefined) conclude(span, reply)
    open.delete(reply)
  }

  return (app) => {
    app.addHook('onRequest', (request, reply, done) => {
      const { undocumented, untraced } = request.routeOptions.config
      if (undocumented || untraced) return done()
      const span = begin(tracing, request)
      open.set(reply, span)
      // Not with the response's hook: an answer that is cut off, as a stream is, has none.
      reply.raw.once('close', () => end(reply))
      span.run(done)
    })
    // Again: what reads the body comes from its connection.
    app.addHook('preHandler', (_request, reply, done) => {
      const span = open.get(reply)
      if (span === undefined) done()
      else span.run(done)
    })
    // A connection may be gone a moment later than its server.
    app.addHook('onClose', async () => {
      for (const reply of [...open.keys()]) end(reply)
    })
  }
}

function begin(tracing: Tracing, { id, method, headers, protocol, routeOptions }: FastifyRequest): Span {
  const { url: route } = routeOptions
  const { traceparent } = headers
  return tracing.begin(route === undefined ? method : `${method} ${route}`, {
    kind: 'server',
    parent: typeof traceparent === 'string' ? traceparent : null,
    attributes: {
      'http.request.method': method,
      'url.scheme': protocol,
      'loggia.request_id': id,
      ...(route === undefined ? {} : { 'http.route': route }),
    },
  })
}

function conclude(span: Span, { raw }: FastifyReply): void {
  const { statusCode, headersSent } = raw
  if (!headersSent) span.fail('no_answer')
  else span.note({ 'http.response.status_code': statusCode })
  if (statusCode >= 500) span.fail(String(statusCode))
  span.end()
}
