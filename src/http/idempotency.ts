import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../kit/clock.ts'
import { LoggiaError } from '../kit/errors.ts'
import type { Database } from '../platform/database/index.ts'
import { createIdempotencyRecords, type KeyedRequest, stillInProgress } from './idempotency-records.ts'

const KEY_LENGTH_MAX = 255
const METHODS = ['POST', 'PATCH', 'PUT', 'DELETE']

/** One keyed request on its way to its effect. */
interface Attempt extends KeyedRequest {
  reply: FastifyReply
  recorded: boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false`: the route's own rules make a repeat safe, and its answer is a secret not worth keeping. */
    idempotent?: false
  }
}

/**
 * `Idempotency-Key` (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/). The record is written in
 * the transaction of the effect, so there is never one without the other: `database` is the database that rooms get, and a
 * room need not know. An effect route answers with what its one `write` resolved to; that is what a repeat is answered with.
 */
export function createIdempotency(options: { db: Database; clock: Clock }) {
  const { db } = options
  const records = createIdempotencyRecords(options)
  const current = new AsyncLocalStorage<Attempt>()
  const inProgress = new Set<string>()

  const database: Database = {
    read: db.read,
    write(change) {
      const attempt = current.getStore()
      if (attempt === undefined || attempt.recorded) return db.write(change)
      return db
        .write(async (tx) => {
          const result = await change(tx)
          await records.insert(tx, attempt, textOf(attempt.reply, result))
          return result
        })
        .finally(() => {
          attempt.recorded = true
        })
    },
  }

  /** preHandler: answers a repeat, or lets the handler run with its attempt at hand. */
  function remember(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const key = keyOf(request)
    if (key === undefined) {
      done()
      return
    }
    begin(request, reply, key).then(
      (attempt) => (attempt ? current.run(attempt, done) : undefined),
      (error) => done(error),
    )
  }

  async function begin(request: FastifyRequest, reply: FastifyReply, key: string): Promise<Attempt | null> {
    if (key === '' || key.length > KEY_LENGTH_MAX) throw malformedKey()
    const keyed = toKeyedRequest(request, key)
    const earlier = await records.find(keyed)
    if (earlier) {
      if (!earlier.same) throw usedForAnother()
      replay(reply, earlier.answer())
      return null
    }
    if (inProgress.has(keyed.keyHash)) throw stillInProgress()
    inProgress.add(keyed.keyHash)
    reply.raw.once('close', () => inProgress.delete(keyed.keyHash))
    return { ...keyed, reply, recorded: false }
  }

  /** onSend: an effect outside of the database has no transaction to share, so its answer is kept before it leaves. */
  async function keepAnswer(
    _request: FastifyRequest,
    reply: FastifyReply,
    payload: unknown,
  ): Promise<unknown> {
    const attempt = current.getStore()
    if (attempt === undefined || attempt.recorded || reply.statusCode >= 300) return payload
    attempt.recorded = true
    await db.write((tx) => records.insert(tx, attempt, typeof payload === 'string' ? payload : ''))
    return payload
  }

  return { database, remember, keepAnswer, purge: records.purge }
}

function keyOf({ headers, method, routeOptions }: FastifyRequest): string | undefined {
  const counts = METHODS.includes(method) && routeOptions.config.idempotent !== false
  return counts ? (headers['idempotency-key'] as string | undefined) : undefined
}

function toKeyedRequest({ caller, ip, method, url, body }: FastifyRequest, key: string): KeyedRequest {
  const who = caller === undefined ? `ip:${ip}` : `user:${caller.userId}`
  const fingerprint = hashOf(`${method} ${url}\n${JSON.stringify(body ?? null)}`)
  return { key, keyHash: hashOf(`${who}\n${key}`), fingerprint }
}

function textOf(reply: FastifyReply, result: unknown): string {
  if (reply.statusCode === 204) return ''
  return reply.serializeInput(result as Record<string, unknown>, String(reply.statusCode)) as string
}

/** The status is the route's own, as at the first time. */
function replay(reply: FastifyReply, text: string): void {
  reply.header('idempotency-replayed', 'true')
  if (text === '') reply.code(204).send()
  else reply.send(JSON.parse(text))
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function malformedKey(): LoggiaError {
  const sentence = `An Idempotency-Key has 1 to ${KEY_LENGTH_MAX} characters.`
  return new LoggiaError('malformed', 'idempotency_key_malformed', sentence)
}

function usedForAnother(): LoggiaError {
  const sentence = 'This Idempotency-Key was used for another request. Take a new key for a new request.'
  return new LoggiaError('invalid', 'idempotency_key_reused', sentence)
}
