import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { toProblem } from './errors.ts'
import { isUnhurried } from './line-body.ts'

const REQUEST_TIMEOUT = 'ERR_HTTP_REQUEST_TIMEOUT'

/**
 * What is no HTTP, or too much of it, is answered on the bare socket: there is no request yet to reply to. A request that is late
 * is told of once; one that may be is left alone.
 */
export function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === REQUEST_TIMEOUT && isUnhurried(socket)) return
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
    socket.destroy()
    return
  }
  const requestId = randomBytes(8).toString('base64url')
  const problem = toProblem(BROKEN[error.code ?? ''] ?? NOT_HTTP, requestId)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    `X-Request-Id: ${requestId}`,
    'Connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

/** Half of an earlier answer is out already: another one would be read as the rest of it. */
function isAnswering(socket: Socket): boolean {
  const { _httpMessage: answer } = socket as Socket & { _httpMessage?: ServerResponse | null }
  return answer?.headersSent === true
}

const NOT_HTTP = { status: 400, code: 'malformed_request', detail: 'This is not valid HTTP.' }

const BROKEN: Record<string, typeof NOT_HTTP> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers_too_large',
    detail: 'The headers are larger than this server takes.',
  },
  [REQUEST_TIMEOUT]: {
    status: 408,
    code: 'request_timeout',
    detail: 'The request did not arrive in time.',
  },
}
