import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { sendRefusal } from './errors.ts'
import { createMissingPage } from './missing-page.ts'

interface KnownPath {
  pattern: RegExp
  methods: Set<string>
}

/** Remembers every route, to tell a wrong method (405 with Allow, RFC 9110, 15.5.6) from a wrong path, and to answer OPTIONS. */
export function createUnrouted() {
  const known = new Map<string, KnownPath>()
  const missingPage = createMissingPage()

  function note(route: RouteOptions): void {
    const path = known.get(route.url) ?? { pattern: patternOf(route.url), methods: new Set(['OPTIONS']) }
    for (const method of [route.method].flat()) path.methods.add(method)
    known.set(route.url, path)
  }

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const methods = methodsOf(request.url.split('?')[0] ?? '')
    if (methods.length === 0) {
      if (missingPage.isWanted(request)) return missingPage.send(reply)
      sendRefusal(request, reply, NOTHING_HERE)
      return reply
    }
    reply.header('allow', methods.join(', '))
    if (request.method === 'OPTIONS') {
      if (reply.hasHeader('access-control-allow-origin'))
        reply.header('access-control-allow-methods', methods.join(', '))
      return reply.code(204).send()
    }
    const detail = `This address takes ${methods.join(', ')}.`
    sendRefusal(request, reply, { status: 405, code: 'method_not_allowed', detail })
    return reply
  }

  /** `*` is the server as a whole (RFC 9110, 9.3.7). */
  function methodsOf(path: string): string[] {
    const fitting = [...known.values()].filter(({ pattern }) => path === '*' || pattern.test(path))
    return [...new Set(fitting.flatMap(({ methods }) => [...methods]))].sort()
  }

  return { note, answer }
}

const NOTHING_HERE = { status: 404, code: 'route_not_found', detail: 'There is nothing at this address.' }

function patternOf(url: string): RegExp {
  const literal = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${literal.replace(/:[A-Za-z_]+/g, '[^/]+').replace(/\*/g, '.*')}$`)
}
