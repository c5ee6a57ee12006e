import type { FastifyReply } from 'fastify'

/** Adds to what was said before: a cache must know every header that an answer depends on. */
export function varyBy(reply: FastifyReply, header: string): void {
  const known = reply.getHeader('vary')
  reply.header('vary', known === undefined ? header : `${known}, ${header}`)
}
