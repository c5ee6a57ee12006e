import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash, createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Clock } from '../kit/clock.ts'
import { LoggiaError } from '../kit/errors.ts'
import type { Change, ChangeOfMany, Database, Isolation, NoTables } from '../platform/database/index.ts'
import { keptBytes, keptOf, replay, UNANSWERED } from './idempotency-answer.ts'
import { createIdempotencyRecords, type KeyedRequest, stillInProgress } from './idempotency-records.ts'

const KEY_LENGTH_MAX = 255
const METHODS = ['POST', 'PATCH', 'PUT', 'DELETE']

/** One keyed request on its way to its effect. */
interface Attempt extends KeyedRequest {
  reply: FastifyReply
  /** As it stands in the record; `null` while there is none. */
  recorded: string | null
  /** What the handler answered with, before the answer schema. */
  presented?: unknown
  /** Its answer is known only once it is made. */
  foreign: boolean
  /** It has been answered: whatever still runs on its behalf is no longer its effect. */
  over: boolean
}

type Done = (error: Error | null, payload?: unknown) => void

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false`: the route's own rules make a repeat safe, and its answer is a secret not worth keeping. */
    idempotent?: false
    /** Its handlers make words of their own of what rooms give, so what `write` resolves to is not their answer. */
    foreign?: true
  }
}

/**
 * `Idempotency-Key` (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/). The record is written in
 * the transaction of the effect, so there is never one without the other: `database` is the database that rooms get, and a
 * room need not know. What `write` resolves to is taken for the answer; a route that makes something else of it has its record
 * corrected before it is answered. Of one that always does, a repeat in between is told that the first is still in progress.
 */
export function createIdempotency(options: { db: Database; clock: Clock }) {
  const { db } = options
  const records = createIdempotencyRecords(options)
  const current = new AsyncLocalStorage<Attempt>()
  const attempts = new WeakMap<FastifyRequest, Attempt>()
  const inProgress = createInProgress()

  /** preHandler: answers a repeat, or lets the handler run with its attempt at hand. */
  function remember(request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const key = request.headers['idempotency-key'] as string | undefined
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
    // Before the look: what ends after it is then not begun again.
    const isAlone = inProgress.enter(keyed.keyHash, reply)
    const earlier = await records.find(keyed)
    if (earlier) {
      if (!earlier.same) throw usedForAnother()
      replay(reply, earlier.answer())
      return null
    }
    if (!isAlone) throw stillInProgress()
    const foreign = request.routeOptions.config.foreign === true
    const attempt = { ...keyed, reply, recorded: null, foreign, over: false }
    attempts.set(request, attempt)
    return attempt
  }

  /** preSerialization. */
  function notePresented(request: FastifyRequest, _reply: FastifyReply, payload: unknown, done: Done): void {
    const attempt = attempts.get(request)
    if (attempt) attempt.presented = payload
    done(null, payload)
  }

  /** onSend: what the record does not say yet, it says before the answer leaves. */
  function keepAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done): void {
    const attempt = attempts.get(request)
    if (attempt === undefined || attempt.over) {
      done(null, payload)
      return
    }
    attempt.over = true
    correct(attempt, reply, payload).then(() => done(null, payload), done)
  }

  async function correct(attempt: Attempt, reply: FastifyReply, payload: unknown): Promise<void> {
    const { recorded, presented } = attempt
    const { statusCode } = reply
    if (statusCode >= 300) {
      // After an effect, an error of ours is no reason to let a repeat do it again.
      if (recorded !== null && statusCode < 500) await db.write((tx) => records.remove(tx, attempt))
      return
    }
    const answer = presented === undefined ? keptBytes(reply, payload) : keptOf(statusCode, presented)
    if (answer === null || answer === recorded) return
    await db.write((tx) => records[recorded === null ? 'insert' : 'replace'](tx, attempt, answer))
  }

  /** For `onRoute`. */
  function guard(route: RouteOptions): void {
    const changes = [route.method].flat().some((method) => METHODS.includes(method))
    if (!changes || route.config?.idempotent === false) return
    route.preHandler = [remember, ...[route.preHandler ?? []].flat()]
    route.preSerialization = [notePresented, ...[route.preSerialization ?? []].flat()]
    route.onSend = [keepAnswer, ...[route.onSend ?? []].flat()]
  }

  const database = recording(db, records, () => current.getStore())
  return { database, guard, purge: records.purge }
}

type Records = ReturnType<typeof createIdempotencyRecords>

/** The database that rooms get: the first change of an attempt takes its record along. */
function recording(db: Database, records: Records, current: () => Attempt | undefined): Database {
  const unrecorded = () => {
    const attempt = current()
    return attempt !== undefined && !attempt.over && attempt.recorded === null ? attempt : undefined
  }

  async function write<Result>(change: Change<NoTables, Result>, isolation?: Isolation): Promise<Result> {
    const attempt = unrecorded()
    if (attempt === undefined) return db.write(change, isolation)
    attempt.recorded = UNANSWERED
    try {
      return await db.write(async (tx) => {
        const result = await change(tx)
        attempt.recorded = attempt.foreign ? UNANSWERED : keptOf(attempt.reply.statusCode, result)
        await records.insert(tx, attempt, attempt.recorded)
        return result
      }, isolation)
    } catch (error) {
      attempt.recorded = null
      throw error
    }
  }

  function gathered<Item, Result>(change: ChangeOfMany<NoTables, Item, Result>) {
    const join = db.gathered(change)
    const alone = (item: Item) => write(async (tx) => (await change(tx, [item]))[0] as Result, 'row_locks')
    return (item: Item) => (unrecorded() ? alone(item) : join(item))
  }

  return { read: db.read, idiom: db.idiom, write, gathered }
}

/** Keys whose first request is on its way in this process. */
function createInProgress() {
  const keyHashes = new Set<string>()
  return {
    /** Until the answer is out, or its reader gone. Answers whether nobody else is in. */
    enter(keyHash: string, { raw }: FastifyReply): boolean {
      if (keyHashes.has(keyHash)) return false
      if (raw.closed) return true
      keyHashes.add(keyHash)
      raw.once('close', () => keyHashes.delete(keyHash))
      return true
    },
  }
}

/** The fingerprint is made with the key, which is not kept: a plain hash of a body would tell its password to who tries enough. */
function toKeyedRequest({ caller, ip, method, url, body }: FastifyRequest, key: string): KeyedRequest {
  const who = caller === undefined ? `ip:${ip}` : `user:${caller.userId}`
  const fingerprint = createHmac('sha256', key).update(`${method} ${url}\n`)
  fingerprint.update(Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null))
  return { key, keyHash: hashOf(`${who}\n${key}`), fingerprint: fingerprint.digest('base64url') }
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
