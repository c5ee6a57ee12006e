import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../kit/clock.ts'
import { conflict, LoggiaError } from '../kit/errors.ts'
import {
  type Database,
  inTablesOf,
  isUniqueViolation,
  type Migrations,
  type NoTables,
  type Transaction,
  tablesOf,
} from '../platform/database/index.ts'
import { seal, unseal } from './idempotency-seal.ts'

interface IdempotencyTables extends NoTables {
  idempotency: { key_hash: string; fingerprint: string; answer: Uint8Array; created_at: number }
}

export const migrations: Migrations = {
  '001_idempotency': (type) => [
    `create table idempotency (
      key_hash text primary key,
      fingerprint text not null,
      answer ${type.bytes} not null,
      created_at ${type.time} not null
    ) ${type.table}`,
    'create index idempotency_age on idempotency (created_at)',
  ],
}

/** A repeat within this time is answered from the record; later it is a new request. */
const KEPT_MS = 24 * 3600 * 1000
const KEY_LENGTH_MAX = 255
const METHODS = ['POST', 'PATCH', 'PUT', 'DELETE']

/** One keyed request on its way to its effect. */
interface Attempt {
  key: string
  keyHash: string
  fingerprint: string
  /** The answer's body as it will be sent, from what the effect's transaction resolved to. */
  serialize: (result: unknown) => string
  recorded: boolean
}

/**
 * `Idempotency-Key` (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/). The record is written in
 * the transaction of the effect, so there is never one without the other: `database` is the database that rooms get, and a
 * room need not know. An effect route answers with what its one `write` resolved to; that is what a repeat is answered with.
 */
export function createIdempotency(options: { db: Database; clock: Clock }) {
  const { clock } = options
  const db = tablesOf<IdempotencyTables>(options.db)
  const current = new AsyncLocalStorage<Attempt>()
  const inProgress = new Set<string>()

  const database: Database = {
    read: options.db.read,
    write(change) {
      const attempt = current.getStore()
      if (attempt === undefined || attempt.recorded) return options.db.write(change)
      return options.db
        .write(async (tx) => {
          const result = await change(tx)
          await record(tx, attempt)(result)
          return result
        })
        .finally(() => {
          attempt.recorded = true
        })
    },
  }

  function record(tx: Transaction, attempt: Attempt) {
    return async (result: unknown): Promise<void> => {
      const { key, keyHash: key_hash, fingerprint } = attempt
      const row = { key_hash, fingerprint, answer: seal(attempt.serialize(result), key), created_at: clock() }
      try {
        await inTablesOf<IdempotencyTables>(tx).insertInto('idempotency').values(row).execute()
      } catch (error) {
        throw isUniqueViolation(error) ? stillInProgress() : error
      }
    }
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
    const keyHash = hashOf(`${callerOf(request)}\n${key}`)
    const fingerprint = hashOf(`${request.method} ${request.url}\n${JSON.stringify(request.body ?? null)}`)
    const earlier = await find(keyHash)
    if (earlier) {
      if (earlier.fingerprint !== fingerprint) throw usedForAnother()
      replay(reply, unseal(earlier.answer, key))
      return null
    }
    if (inProgress.has(keyHash)) throw stillInProgress()
    inProgress.add(keyHash)
    reply.raw.once('close', () => inProgress.delete(keyHash))
    return { key, keyHash, fingerprint, recorded: false, serialize: (result) => textOf(reply, result) }
  }

  function find(keyHash: string) {
    const kept = db.read.selectFrom('idempotency').where('key_hash', '=', keyHash).selectAll()
    return kept.where('created_at', '>', clock() - KEPT_MS).executeTakeFirst()
  }

  /** Records past their time go, so that their keys may be used again and the table does not grow for ever. */
  async function purge(): Promise<void> {
    await options.db.write((tx) =>
      inTablesOf<IdempotencyTables>(tx)
        .deleteFrom('idempotency')
        .where('created_at', '<=', clock() - KEPT_MS)
        .execute(),
    )
  }

  return { database, remember, purge }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false`: the route's own rules make a repeat safe, and its answer is a secret not worth keeping. */
    idempotent?: false
  }
}

function keyOf({ headers, method, routeOptions }: FastifyRequest): string | undefined {
  const counts = METHODS.includes(method) && routeOptions.config.idempotent !== false
  return counts ? (headers['idempotency-key'] as string | undefined) : undefined
}

function textOf(reply: FastifyReply, result: unknown): string {
  return result === undefined
    ? ''
    : (reply.serializeInput(result as Record<string, unknown>, String(reply.statusCode)) as string)
}

function replay(reply: FastifyReply, text: string): void {
  reply.header('idempotency-replayed', 'true')
  if (text === '') reply.send()
  else reply.send(JSON.parse(text))
}

function callerOf(request: FastifyRequest): string {
  return request.caller === undefined ? `ip:${request.ip}` : `user:${request.caller.userId}`
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

function malformedKey(): LoggiaError {
  return new LoggiaError(
    'malformed',
    'idempotency_key_malformed',
    `An Idempotency-Key has 1 to ${KEY_LENGTH_MAX} characters.`,
  )
}

function usedForAnother(): LoggiaError {
  return new LoggiaError(
    'invalid',
    'idempotency_key_reused',
    'This Idempotency-Key was used for another request. Take a new key for a new request.',
  )
}

function stillInProgress(): LoggiaError {
  return conflict(
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still in progress.',
  )
}
