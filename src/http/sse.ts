import type { ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../kit/clock.ts'
import { unavailable } from '../kit/errors.ts'
import { EventStream } from './event-stream.ts'
import { createRightsWatch, type Rights } from './rights-watch.ts'
import { takeSocket } from './take-socket.ts'

export type { EventStream } from './event-stream.ts'

export interface StreamEvent {
  id?: string
  event: string
  /** JSON text of one line. */
  data: string
}

/**
 * `place`: the id after which the stream begins. A browser remembers it, and resumes from there even when it was cut off before
 * its first event. Throws `server_stopping`, so that the reader turns to another server.
 */
export type OpenEventStream = (request: FastifyRequest, reply: FastifyReply, place: string) => EventStream

interface Options {
  /** Aborted when the server stops. */
  closing: AbortSignal
  clock: Clock
  rights: Rights
}

const HEARTBEAT_MS = 15_000
/** One timer serves all streams: those of one part at a time, so that ten thousand do not speak at once. */
const PARTS = 30
/** What a browser waits before it connects anew. */
const RETRY_MS = 2_000

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). A stream ends with the credential that
 * opened it, be it outdated or revoked, with the server, or with a reader that does not keep up.
 */
export function createEventStreams({ closing, clock, rights }: Options): {
  open: OpenEventStream
  count(): number
} {
  const streams = new Set<EventStream>()
  const parts = Array.from({ length: PARTS }, () => new Set<EventStream>())
  const watch = createRightsWatch(streams, { ...rights, closing })
  let opened = 0
  let turn = 0
  let timer: NodeJS.Timeout | undefined
  closing.addEventListener('abort', () => {
    for (const stream of streams) stream.end()
  })

  const open: OpenEventStream = ({ caller, method }, reply, place) => {
    if (closing.aborted) throw unavailable('server_stopping', 'The server is stopping. Connect again.')
    const raw = writeHead(reply, place)
    const stream = new EventStream(method === 'HEAD' ? raw : takeSocket(raw), caller)
    if (method === 'HEAD') stream.end()
    if (stream.isOpen) keep(stream)
    return stream
  }

  function keep(stream: EventStream): void {
    if (streams.size === 0) start()
    const part = parts[opened % PARTS] as Set<EventStream>
    opened += 1
    streams.add(stream)
    part.add(stream)
    stream.onClosed(() => {
      streams.delete(stream)
      part.delete(stream)
      if (streams.size === 0) clearInterval(timer)
    })
    watch(stream)
  }

  function start(): void {
    opened = 0
    turn = 0
    timer = setInterval(tick, HEARTBEAT_MS / PARTS)
  }

  function tick(): void {
    const now = clock()
    for (const stream of streams) if ((stream.caller.expiresAt ?? now + 1) <= now) stream.end()
    for (const stream of parts[turn % PARTS] ?? []) stream.beat()
    turn += 1
  }

  return { open, count: () => streams.size }
}

/**
 * The stream goes until its connection closes (RFC 9112, 6.3), not in chunks: each event is one buffer, the same for every
 * reader, which goes to the network as it is. And a stopping server need not wait for a connection that only carried a stream.
 */
function writeHead(reply: FastifyReply, place: string): ServerResponse {
  const { raw } = reply.hijack()
  raw.useChunkedEncodingByDefault = false
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    // Lets events pass nginx at once with its default settings.
    'x-accel-buffering': 'no',
    connection: 'close',
  })
  raw.write(Buffer.concat([Buffer.from(`retry: ${RETRY_MS}\n`), formatPlace(place)]))
  return raw
}

/** The header is the newer of the two: a browser that connects again sends it with the address of its first time. */
export function lastEventIdOf({ headers, query }: FastifyRequest): number | undefined {
  const id = headers['last-event-id'] || (query as { last_event_id?: string }).last_event_id
  return id ? Number(id) : undefined
}

/** Moves a reader's Last-Event-ID, and tells it nothing. */
export function formatPlace(place: string): Buffer {
  return Buffer.from(`id: ${place}\n\n`)
}

/** Formatted once, an event goes to any number of readers. */
export function formatEvent({ id, event, data }: StreamEvent): Buffer {
  const lines = id === undefined ? [`event: ${event}`] : [`id: ${id}`, `event: ${event}`]
  if (/[\r\n]/.test(lines.join('') + data)) throw new Error('An event stream takes one line a field.')
  return Buffer.from(`${lines.join('\n')}\ndata: ${data}\n\n`)
}
