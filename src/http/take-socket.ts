import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Writable } from 'node:stream'

/** What Node's HTTP server keeps at a connection to read requests from it. */
interface Parser {
  socket: unknown
  incoming: unknown
  outgoing: unknown
  remove(): void
  close(): void
}

/** What Node's HTTP server listens to on a connection. */
const EVENTS = ['data', 'end', 'close', 'drain', 'error', 'timeout']

/**
 * Takes a connection away from HTTP after the head of its last answer, as Node itself does before it emits `upgrade`: what is
 * written from now on goes to the network as it is, and what comes is not read as a request. Parser, request and answer can
 * go, which are two thirds of the memory that an open connection takes. Where Node keeps no connection to take, as for a
 * request that waits behind another one, it is the answer itself that is written to.
 */
export function takeSocket(raw: ServerResponse): Writable {
  const socket = raw.socket as (Socket & { parser?: Parser | null }) | null
  const parser = socket?.parser
  if (socket == null || parser == null) return raw
  raw.detachSocket(socket)
  // Whoever waits for the end of the exchange need not wait, and keep it, for as long as the stream goes on.
  raw.emit('close')
  for (const event of EVENTS) socket.removeAllListeners(event)
  // Also lets Node hand the bytes to the socket again instead of to the parser.
  socket.on('data', ignore).on('error', ignore).on('end', socket.end)
  // It would be set anew with each write; a stream notices by its heartbeats whether anybody reads.
  socket.setTimeout(0)
  socket.parser = null
  Object.assign(parser, { socket: null, incoming: null, outgoing: null })
  parser.remove()
  // Not below its own feet: it may be what is calling us.
  setImmediate(() => parser.close())
  return socket
}

function ignore(): void {}
