import type { FastifyInstance, FastifyReply } from 'fastify'

/** A stop waits this long for requests that are still being sent or answered. */
const GRACE_MS = 6_000

/**
 * At a stop what runs is finished, and its connection closes with its answer instead of being kept for a next request. Connections
 * that carry none are closed by Node.
 */
export function createGracefulStop(app: FastifyInstance) {
  let stopping = false
  app.addHook('preClose', (done) => {
    stopping = true
    const grace = setTimeout(() => app.server.closeAllConnections(), GRACE_MS)
    app.server.once('close', () => clearTimeout(grace))
    done()
  })
  return {
    /** Of each answer, before it leaves. */
    closeBehind(reply: FastifyReply): void {
      if (stopping) reply.header('connection', 'close')
    },
  }
}
