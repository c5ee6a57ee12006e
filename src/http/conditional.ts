import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { etagOf, noneMatch } from '../kit/etag.ts'
import { linkToNext } from './answers.ts'

/** JSON that is text already, made in the database or kept in a cache, with its validator. Bytes are sent as they are. */
export interface JsonText {
  text: string | Buffer
  etag: string
  /** Of a list that has another page. */
  nextCursor?: string | null
}

const SHOWS_A_RECORD = ['GET', 'HEAD', 'PUT', 'PATCH']

/**
 * What is read, and what a change left behind, carries its validator; what was seen already is not sent again. Any other answer
 * is the caller's alone: it may hold a token. Returns what is to be sent.
 */
export function tagAnswer(request: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  const isUnkept = reply.getHeader('cache-control') === 'no-store'
  if (reply.statusCode !== 200 || !SHOWS_A_RECORD.includes(request.method) || isUnkept) {
    reply.header('cache-control', 'no-store')
    return payload
  }
  const etag = etagOf(payload)
  reply.header('etag', etag).header('cache-control', 'private, no-cache')
  const isSeen = isUnchanged(request, etag)
  if (isSeen) reply.code(304)
  return isSeen ? null : payload
}

/**
 * A 304 has no body, so it must not describe one either (RFC 9110, 15.4.5). Of a HEAD without a body Fastify would say
 * that it is 0 bytes long, but not of a stream, which nobody has measured.
 */
export function dropSeenBody({ method }: FastifyRequest, reply: FastifyReply, payload: unknown): unknown {
  if (reply.statusCode !== 304) return payload
  reply.removeHeader('content-type').removeHeader('content-length')
  return method === 'HEAD' ? Readable.from([]) : null
}

export function sendJsonText(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, etag, nextCursor }: JsonText,
): FastifyReply {
  if (nextCursor) reply.header('link', linkToNext(request, nextCursor))
  reply.header('etag', etag).header('cache-control', 'private, no-cache')
  if (isUnchanged(request, etag)) return reply.code(304).send()
  return reply.header('content-type', 'application/json; charset=utf-8').send(text)
}

export function isUnchanged(request: FastifyRequest, etag: string): boolean {
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    noneMatch(request.headers['if-none-match'], etag)
  )
}
