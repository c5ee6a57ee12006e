import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The 2xx status that is the rule, of a route whose answer schema names two or none. */
    successStatus?: number
    /** Where a made record is found: this path, then its id. */
    location?: string
  }
}

/** For `onRoute`: the answer schema names the status of success, so no handler repeats it. */
export function presetStatus(route: RouteOptions): void {
  const answers = (route.schema?.response ?? {}) as Record<string, unknown>
  const named = Object.keys(answers).find((code) => code.startsWith('2'))
  const status = route.config?.successStatus ?? Number(named ?? 200)
  if (status === 200) return
  const preset = (_request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    reply.code(status)
    done()
  }
  route.preHandler = [preset, ...[route.preHandler ?? []].flat()]
}

/** A made record says where it is, and a page where the next one is. */
export function nameAddresses(request: FastifyRequest, reply: FastifyReply, payload: unknown): void {
  const { location } = request.routeOptions.config
  const { id, next_cursor } = (payload ?? {}) as { id?: unknown; next_cursor?: unknown }
  if (location !== undefined && id !== undefined && reply.statusCode < 300)
    reply.header('location', `${location}/${id}`)
  if (typeof next_cursor === 'string') reply.header('link', linkToNext(request, next_cursor))
}

/** RFC 8288. The address as it was asked for, so that the next page keeps its limit and its filters. */
export function linkToNext({ url }: FastifyRequest, cursor: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  searchParams.set('cursor', cursor)
  return `<${pathname}?${searchParams}>; rel="next"`
}
