import type { FastifyReply, FastifyRequest } from 'fastify'
import { isUnchanged } from './conditional.ts'
import { sendRefusal } from './errors.ts'
import { rangeOf } from './range.ts'

export interface FileAnswer {
  bytes: Uint8Array
  /** Strong. */
  etag: string
  contentType: string
  /** ASCII of ours, for whoever saves the file. */
  fileName: string
}

/** A file for its reader alone: whole, a part of it (RFC 9110, 14), or only that it has not changed. */
export function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, etag, contentType, fileName }: FileAnswer,
): FastifyReply {
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-type': contentType,
    'content-disposition': `inline; filename="${fileName}"`,
  })
  if (isUnchanged(request, etag)) return reply.code(304).send()
  const { length } = bytes
  const range = rangeOf(wantedPart(request, etag), length)
  if (range === null) return reply.send(bufferOf(bytes))
  if (range === 'unsatisfiable') return refuseRange(request, reply, length)
  const { first, last } = range
  reply.code(206).header('content-range', `bytes ${first}-${last}/${length}`)
  return reply.send(bufferOf(bytes).subarray(first, last + 1))
}

/** Who resumes a file that has changed since gets the whole new one (RFC 9110, 13.1.5); a date says too little of that. */
function wantedPart({ method, headers }: FastifyRequest, etag: string): string | undefined {
  const since = headers['if-range']
  return method === 'GET' && (since === undefined || since === etag) ? headers.range : undefined
}

function refuseRange(request: FastifyRequest, reply: FastifyReply, length: number): FastifyReply {
  reply.removeHeader('content-disposition').header('content-range', `bytes */${length}`)
  const detail = `The file has ${length} bytes.`
  sendRefusal(request, reply, { status: 416, code: 'range_not_satisfiable', detail })
  return reply
}

function bufferOf({ buffer, byteOffset, length }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, length)
}
