import type { FastifyReply, FastifyRequest } from 'fastify'
import { tooMany } from '../kit/errors.ts'
import type { Rate } from '../kit/parse.ts'
import type { Cache } from '../platform/cache/index.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The room that the route belongs to; each has a budget of its own. Unset: not counted. */
    arch?: string
    /** Counted by MACHINE_RATE_LIMIT instead of RATE_LIMIT. */
    machine?: boolean
  }
}

export function createRateLimit(options: { cache: Cache; people: Rate | null; machines: Rate | null }) {
  const { cache, people, machines } = options

  /** At once where nothing is limited. */
  return function limitRate(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    const { arch, machine } = request.routeOptions.config
    const rate = machine ? machines : people
    if (arch === undefined || rate === null) return
    // What a machine sends must not use up what its owner may do by hand.
    return count(request, reply, machine ? `${arch}-machines` : arch, rate)
  }

  async function count(
    request: FastifyRequest,
    reply: FastifyReply,
    budget: string,
    rate: Rate,
  ): Promise<void> {
    const { count, resetSeconds } = await cache.count(
      `rate:${budget}:${callerKeyOf(request)}`,
      rate.windowSeconds,
    )
    announce(reply, budget, rate, { remaining: Math.max(0, rate.requests - count), resetSeconds })
    if (count > rate.requests) {
      throw tooMany(
        'rate_limited',
        `More than ${rate.requests} requests in ${rate.windowSeconds} seconds.`,
        resetSeconds,
      )
    }
  }
}

/** https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ */
function announce(
  reply: FastifyReply,
  budget: string,
  rate: Rate,
  left: { remaining: number; resetSeconds: number },
): void {
  reply.header('ratelimit-policy', `"${budget}";q=${rate.requests};w=${rate.windowSeconds}`)
  reply.header('ratelimit', `"${budget}";r=${left.remaining};t=${left.resetSeconds}`)
}

function callerKeyOf(request: FastifyRequest): string {
  const { caller } = request
  return caller === undefined ? `ip:${request.ip}` : `user:${caller.userId}`
}
