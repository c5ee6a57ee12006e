import type { FastifyReply, FastifyRequest } from 'fastify'
import { etagOf, noneMatch } from '../kit/etag.ts'

/** JSON that is text already, made in the database or kept in a cache, with its validator. */
export interface JsonText {
  text: string
  etag: string
}

const SHOWS_A_RECORD = ['GET', 'HEAD', 'PUT', 'PATCH']

/** preSerialization: what is read, and what a change left behind, carries its validator; what was seen already is not sent again. */
export async function tagAnswer(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
): Promise<unknown> {
  if (reply.statusCode !== 200 || !SHOWS_A_RECORD.includes(request.method)) return payload
  const etag = etagOf(payload)
  reply.header('etag', etag).header('cache-control', 'private, no-cache')
  if (!isUnchanged(request, etag)) return payload
  reply.code(304)
  return null
}

export function sendJsonText(
  request: FastifyRequest,
  reply: FastifyReply,
  { text, etag }: JsonText,
): FastifyReply {
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
