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

export function presetStatus(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
  const { successStatus } = request.routeOptions.config
  if (successStatus !== undefined) reply.code(successStatus)
  done()
}

type Done = (error: Error | null, payload: unknown) => void

/** preSerialization: a made record says where it is, and a page where the next one is. */
export function nameAddresses(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: Done,
): void {
  const { location } = request.routeOptions.config
  const { id, next_cursor } = (payload ?? {}) as { id?: unknown; next_cursor?: unknown }
  if (location !== undefined && id !== undefined && reply.statusCode < 300)
    reply.header('location', `${location}/${id}`)
  if (typeof next_cursor === 'string') reply.header('link', linkToNext(request, next_cursor))
  done(null, payload)
}

/** RFC 8288. The address as it was asked for, so that the next page keeps its limit and its filters. */
export function linkToNext({ url }: FastifyRequest, cursor: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  searchParams.set('cursor', cursor)
  return `<${pathname}?${searchParams}>; rel="next"`
}
