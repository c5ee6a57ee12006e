import type { FastifyReply, FastifyRequest } from 'fastify'

export interface StreamEvent {
  id?: string
  event: string
  /** JSON text of one line. */
  data: string
}

export interface EventStream {
  /** `false` when the reader was too slow and has been cut; it resumes with its Last-Event-ID. */
  send(event: StreamEvent): boolean
  end(): void
  /** Aborted once the reader is gone, was cut, or the server closes the stream. */
  readonly closed: AbortSignal
}

const HEARTBEAT_MS = 15_000
/** What a browser waits before it connects anew. */
const RETRY_MS = 2_000
/** Bytes that may wait for one reader. A reader this far behind costs less as a reconnect than as memory. */
const UNSENT_BYTES_MAX = 1024 * 1024

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). The stream ends with the credential
 * that opened it, with the server, or with a reader that does not keep up.
 */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  closing: AbortSignal,
): EventStream {
  const { raw } = reply.hijack()
  raw.writeHead(200, { ...(reply.getHeaders() as Record<string, string>), ...STREAM_HEADERS })
  raw.write(`retry: ${RETRY_MS}\n\n`)

  const closed = new AbortController()
  const heartbeat = setInterval(() => raw.write(': heartbeat\n\n'), HEARTBEAT_MS)
  const { expiresAt } = request.caller
  const expiry = expiresAt === null ? undefined : setTimeout(end, expiresAt - Date.now())
  closing.addEventListener('abort', end, { signal: closed.signal })
  raw.once('close', release)

  function release(): void {
    clearInterval(heartbeat)
    clearTimeout(expiry)
    closed.abort()
  }

  function end(): void {
    raw.end()
    release()
  }

  function send(event: StreamEvent): boolean {
    if (raw.writableLength > UNSENT_BYTES_MAX) {
      raw.destroy()
      return false
    }
    raw.write(format(event))
    return true
  }

  return { send, end, closed: closed.signal }
}

/** `X-Accel-Buffering` lets events pass nginx at once with its default settings. */
const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
}

function format({ id, event, data }: StreamEvent): string {
  const lines = id === undefined ? [`event: ${event}`] : [`id: ${id}`, `event: ${event}`]
  if (/[\r\n]/.test(lines.join('') + data)) throw new Error('An event stream takes one line a field.')
  return `${lines.join('\n')}\ndata: ${data}\n\n`
}
