import type { Channel } from 'amqplib'
import { LoggiaError } from '../../kit/errors.ts'

/** Longer than anything that RabbitMQ is asked for takes, shorter than a caller's patience. */
const ANSWER_MS = 3_000

/**
 * What RabbitMQ answers. It may never do so: it hangs, or the connection is lost just now. Then this throws
 * `rabbitmq_unavailable` (503) within 3 s, and whether it was done is not known. A refusal with an AMQP code stays as it is.
 */
export async function answered<Answer>(asked: Promise<Answer>, timeoutMs = ANSWER_MS): Promise<Answer> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs)
  try {
    return await Promise.race([asked, late])
  } catch (error) {
    throw isRefusal(error) ? error : rabbitMqUnavailable(error)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * While RabbitMQ is short of memory or disk it reads nothing more of a connection that publishes. What is sent all the same
 * would pile up here, and arrive once for each time that it was tried.
 */
export function assertUnblocked({ connection }: Channel): void {
  const { blocked } = connection as unknown as { blocked: boolean }
  if (blocked)
    throw rabbitMqUnavailable(
      new Error('RabbitMQ takes nothing at the moment: it is short of memory or disk.'),
    )
}

export function rabbitMqUnavailable(cause: unknown): LoggiaError {
  if (cause instanceof LoggiaError) return cause
  const sentence = 'RabbitMQ cannot be reached at the moment. Try again soon.'
  return new LoggiaError('unavailable', 'rabbitmq_unavailable', sentence, { retryAfterSeconds: 1, cause })
}

/** Of a channel, that is (https://www.rabbitmq.com/amqp-0-9-1-reference#constants): those of a connection are 320 and from 501 on. */
const REFUSALS = { from: 400, to: 499 }

function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'number' && code >= REFUSALS.from && code <= REFUSALS.to
}
