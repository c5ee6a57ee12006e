import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../../http/errors.ts'
import type { ForeignApi } from '../../http/server.ts'
import { type QueueApiRooms, queueApiRoutes } from './routes.ts'

export type { QueueApiRooms } from './routes.ts'

/** The queue of one administrator (API 000 of docs/compat.md). */
export function queueApi(rooms: QueueApiRooms): ForeignApi {
  return {
    prefix: '/compat/queue',
    arch: 'compat-queue',
    routes: (scope) => queueApiRoutes(scope, rooms),
    refuse,
  }
}

const TOKEN_MESSAGES: Record<string, string> = { token_expired: 'Token Expired' }

function refuse(
  { status, code, detail }: Refusal,
  { routeOptions }: FastifyRequest,
  reply: FastifyReply,
): void {
  const isTokens = status === 401 && routeOptions.config.access !== 'public'
  const message = isTokens ? (TOKEN_MESSAGES[code] ?? 'Invalid Token') : detail
  reply.code(status).send({ message })
}
