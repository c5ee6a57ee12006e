import type { ServerResponse } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../kit/clock.ts'
import { unavailable } from '../kit/errors.ts'
import { createRightsWatch, type Rights } from './rights-watch.ts'

export interface StreamEvent {
  id?: string
  event: string
  /** JSON text of one line. */
  data: string
}

export interface EventStream {
  /** Takes what `formatEvent` made. A reader that has too much before it already is cut; it resumes with its Last-Event-ID. */
  send(events: Buffer): void
  /** Resolves once the reader has taken what was sent, or is gone. */
  drained(): Promise<void>
  end(): void
  readonly isOpen: boolean
  /** Called once, when nothing more can be sent. */
  onClosed(listener: () => void): void
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
const HEARTBEAT = Buffer.from(': heartbeat\n\n')
/** What a browser waits before it connects anew. */
const RETRY_MS = 2_000
/** Bytes that may wait for one reader. A reader this far behind costs less as a reconnect than as memory. */
const UNSENT_BYTES_MAX = 1024 * 1024
/** How long the last bytes may take to a reader that no longer reads. */
const FAREWELL_MS = 1_000
/** Timers cannot wait longer than this; a stream that ends too early is resumed. */
const TIMER_MS_MAX = 2 ** 31 - 1

/**
 * Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). A stream ends with the credential that
 * opened it, be it outdated or revoked, with the server, or with a reader that does not keep up.
 */
export function createEventStreams({ closing, clock, rights }: Options): {
  open: OpenEventStream
  count(): number
} {
  const watch = createRightsWatch(closing, rights)
  const streams = new Set<EventStream>()
  closing.addEventListener('abort', () => {
    for (const stream of streams) stream.end()
  })

  const open: OpenEventStream = ({ caller, method }, reply, place) => {
    if (closing.aborted) throw unavailable('server_stopping', 'The server is stopping. Connect again.')
    const lifeMs = caller.expiresAt === null ? TIMER_MS_MAX : caller.expiresAt - clock()
    const stream = begin(writeHead(reply, place), lifeMs)
    if (method === 'HEAD') stream.end()
    if (!stream.isOpen) return stream
    streams.add(stream)
    const unwatch = watch(caller, stream.end)
    stream.onClosed(() => {
      streams.delete(stream)
      unwatch()
    })
    return stream
  }
  return { open, count: () => streams.size }
}

function begin(raw: ServerResponse, lifeMs: number): EventStream {
  const heartbeat = setInterval(() => send(HEARTBEAT), HEARTBEAT_MS)
  const expiry = setTimeout(end, Math.min(lifeMs, TIMER_MS_MAX))
  const listeners: (() => void)[] = []
  let isOpen = true
  let onDrained = () => {}
  raw.on('drain', () => onDrained())
  raw.once('close', release)
  if (raw.destroyed) release()

  function release(): void {
    if (!isOpen) return
    isOpen = false
    clearInterval(heartbeat)
    clearTimeout(expiry)
    onDrained()
    for (const listener of listeners) listener()
  }

  function end(): void {
    if (!isOpen) return
    release()
    raw.end()
    const farewell = setTimeout(() => raw.destroy(), FAREWELL_MS)
    raw.once('close', () => clearTimeout(farewell))
  }

  function send(events: Buffer): void {
    if (!isOpen) return
    if (raw.writableLength <= UNSENT_BYTES_MAX) {
      raw.write(events)
      return
    }
    raw.destroy()
    release()
  }

  async function drained(): Promise<void> {
    await nextTurn()
    if (!isOpen || !raw.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      onDrained = resolve
    })
  }

  return {
    send,
    drained,
    end,
    onClosed: (listener) => void listeners.push(listener),
    get isOpen() {
      return isOpen
    },
  }
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
