import type { FastifyReply, FastifyRequest } from 'fastify'

const EXPOSED =
  'etag, link, location, retry-after, ratelimit, ratelimit-policy, x-request-id, idempotency-replayed'
const PREFLIGHT_SECONDS = '600'

/**
 * https://fetch.spec.whatwg.org/#http-cors-protocol, without credentials mode: tokens travel in a header that a page sets
 * itself, so no cookie is ever shared with another origin.
 */
export function createCors(origins: string[]) {
  const anyOrigin = origins.includes('*')

  return async function allowOrigin(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { origin } = request.headers
    if (!anyOrigin) reply.header('vary', 'Origin')
    if (origin === undefined || !(anyOrigin || origins.includes(origin))) return
    reply.header('access-control-allow-origin', anyOrigin ? '*' : origin)
    reply.header('access-control-expose-headers', EXPOSED)
    if (request.method !== 'OPTIONS') return
    const wanted = request.headers['access-control-request-headers']
    if (wanted !== undefined) reply.header('access-control-allow-headers', wanted)
    reply.header('access-control-max-age', PREFLIGHT_SECONDS)
  }
}
