import type { FastifyReply, FastifyRequest } from 'fastify'

/** On the way of a request; throws to refuse it. */
export type Step = (request: FastifyRequest, reply: FastifyReply) => void | Promise<void>

/**
 * Steps in their order as one hook: each hook costs a small request as much as most steps do. What is decided at once goes on at
 * once: a promise for it would cost a turn.
 */
export function hookOf(...steps: Step[]) {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    let pending: void | Promise<void>
    try {
      pending = take(steps, 0, request, reply)
    } catch (error) {
      done(error as Error)
      return
    }
    if (pending === undefined) done()
    else pending.then(() => done(), done)
  }
}

function take(
  steps: Step[],
  from: number,
  request: FastifyRequest,
  reply: FastifyReply,
): void | Promise<void> {
  for (let at = from; at < steps.length; at += 1) {
    const pending = steps[at]?.(request, reply)
    if (pending !== undefined) return pending.then(() => take(steps, at + 1, request, reply))
  }
}
