import type { FastifyReply, FastifyRequest } from 'fastify'
import { varyBy } from './vary.ts'

const EXPOSED =
  'etag, link, location, retry-after, ratelimit, ratelimit-policy, x-request-id, idempotency-replayed'
const PREFLIGHT_SECONDS = '600'

/**
 * https://fetch.spec.whatwg.org/#http-cors-protocol, without credentials mode: tokens travel in a header that a page sets
 * itself, so no cookie is ever shared with another origin.
 */
export function createCors(origins: string[]) {
  const anyOrigin = origins.includes('*')

  return function allowOrigin(request: FastifyRequest, reply: FastifyReply): void {
    const { origin } = request.headers
    if (!anyOrigin) varyBy(reply, 'Origin')
    if (origin !== undefined && (anyOrigin || origins.includes(origin))) {
      reply.header('access-control-allow-origin', anyOrigin ? '*' : origin)
      reply.header('access-control-expose-headers', EXPOSED)
      if (request.method === 'OPTIONS') allowHeaders(request, reply)
    }
  }
}

/** Which methods an address takes is added by who knows the routes. */
function allowHeaders({ headers }: FastifyRequest, reply: FastifyReply): void {
  const wanted = headers['access-control-request-headers']
  if (wanted !== undefined) reply.header('access-control-allow-headers', wanted)
  reply.header('access-control-max-age', PREFLIGHT_SECONDS)
}
