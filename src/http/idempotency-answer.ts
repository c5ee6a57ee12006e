import type { FastifyReply } from 'fastify'
import { stillInProgress } from './idempotency-records.ts'

/** As it is answered again: through the hooks and the answer schema of the first time, or as bytes of some other type. */
type KeptAnswer = { status: number } & ({ presented: unknown } | { type: string; base64: string })

/** Kept with an effect whose answer is not known yet. */
export const UNANSWERED = ''

/** `presented`: what the handler answered with, before the answer schema. */
export function keptOf(status: number, presented: unknown): string {
  return write({ status, presented: status === 204 ? null : presented })
}

/** An answer that is no JSON; `null` for a stream, which is gone once it is sent. */
export function keptBytes(reply: FastifyReply, payload: unknown): string | null {
  if (payload === undefined || payload === null) return keptOf(reply.statusCode, null)
  if (typeof payload !== 'string' && !Buffer.isBuffer(payload)) return null
  const base64 = Buffer.from(payload as string).toString('base64')
  return write({ status: reply.statusCode, type: String(reply.getHeader('content-type')), base64 })
}

function write(answer: KeptAnswer): string {
  return JSON.stringify(answer, (_name, value) => (typeof value === 'bigint' ? String(value) : value))
}

/** Throws `idempotency_in_progress` while there is no answer to give again. */
export function replay(reply: FastifyReply, text: string): void {
  if (text === UNANSWERED) throw stillInProgress()
  const kept = JSON.parse(text) as KeptAnswer
  reply.header('idempotency-replayed', 'true').code(kept.status)
  if ('base64' in kept) reply.type(kept.type).send(Buffer.from(kept.base64, 'base64'))
  else reply.send(kept.status === 204 ? undefined : kept.presented)
}
