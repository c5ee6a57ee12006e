import type { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

/** A stop waits this long for requests that are still being sent or answered. */
const GRACE_MS = 8_000

/**
 * At a stop what runs is finished: its connection closes with its answer instead of being kept for a next request, and one
 * that never carried a request, as browsers open them ahead of need, is not waited for.
 */
export function stopGracefully(app: FastifyInstance): void {
  const connections = new Set<Socket>()
  let stopping = false

  app.server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  app.addHook('preClose', (done) => {
    stopping = true
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
    const grace = setTimeout(() => app.server.closeAllConnections(), GRACE_MS)
    app.server.once('close', () => clearTimeout(grace))
    done()
  })
  app.addHook('onSend', (_request, reply, payload, done) => {
    if (stopping) reply.header('connection', 'close')
    done(null, payload)
  })
}
