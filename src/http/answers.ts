import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The 2xx status that the route's answer schema names; a route that names two says which is the rule. */
    successStatus?: number
    /** Where a made record is found: this path, then its id. */
    location?: string
  }
}

/** For `onRoute`: the answer schema names the status of success, so no handler repeats it. */
export function readSuccessStatus(route: RouteOptions): void {
  const answers = (route.schema?.response ?? {}) as Record<string, unknown>
  const status = Object.keys(answers).find((code) => code.startsWith('2'))
  if (!route.config || status === undefined || route.config.successStatus !== undefined) return
  route.config = { ...route.config, successStatus: Number(status) }
}

export async function presetStatus(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { successStatus } = request.routeOptions.config
  if (successStatus !== undefined) reply.code(successStatus)
}

/** preSerialization: a made record says where it is. */
export async function nameLocation(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  const { location } = request.routeOptions.config
  const id = (payload as { id?: unknown } | null)?.id
  if (location !== undefined && id !== undefined && reply.statusCode < 300)
    reply.header('location', `${location}/${id}`)
  return payload
}
