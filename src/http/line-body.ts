import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'

/** One line of a body, without its end. */
export interface BodyLine {
  /** From 1 on, empty lines counted too. */
  number: number
  /** `null`: longer than is taken. */
  bytes: Buffer | null
}

/** Connections whose request is sent for as long as it takes. */
const unhurried = new WeakSet<Socket>()

/**
 * In this part of the server a body of lines (`application/x-ndjson`) is given to its route as a stream, to be read as it comes:
 * it may be of any length and take any time, as long as it moves.
 */
export function takeLineBodies(scope: FastifyInstance): void {
  scope.addContentTypeParser(/^application\/(x-)?ndjson *(;|$)/i, ({ raw }, body, done) => {
    unhurried.add(raw.socket)
    raw.once('close', () => unhurried.delete(raw.socket))
    done(null, body)
  })
  scope.addHook('onSend', ({ body, raw }, reply, payload, done) => {
    // Answered before its end: nobody reads the rest, which may be endless.
    if (body instanceof Readable && !raw.complete) reply.header('connection', 'close')
    done(null, payload)
  })
}

/** May this connection's request take longer than others? */
export function isUnhurried(socket: Socket): boolean {
  return unhurried.has(socket)
}

const NEWLINE = 0x0a

/**
 * The lines of a body that are not empty, those together that came together. However long the body or one of its lines, no more
 * is held than what came at once and one line of `bytesMax`; and nothing more is read while the reader is busy. Throws when the
 * body breaks off; leaves it open when its reader stops, so that it can still be answered.
 */
export async function* linesOf(body: Readable, bytesMax: number): AsyncGenerator<BodyLine[]> {
  const line = createLine(bytesMax)
  let number = 1
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const lines: BodyLine[] = []
    let from = 0
    for (let to = chunk.indexOf(NEWLINE); to !== -1; to = chunk.indexOf(NEWLINE, from)) {
      if (to > from) line.add(chunk.subarray(from, to))
      if (!line.isEmpty()) lines.push({ number, bytes: line.take() })
      number += 1
      from = to + 1
    }
    if (from < chunk.length) line.add(chunk.subarray(from))
    if (lines.length > 0) yield lines
  }
  if (!line.isEmpty()) yield [{ number, bytes: line.take() }]
}

/** A line as it comes, piece by piece. */
function createLine(bytesMax: number) {
  let pieces: Buffer[] = []
  let length = 0
  return {
    add(piece: Buffer): void {
      length += piece.length
      if (length > bytesMax) pieces = []
      else pieces.push(piece)
    },
    isEmpty: () => length === 0,
    take(): Buffer | null {
      const [first = null, ...more] = pieces
      const whole = first !== null && more.length > 0 ? Buffer.concat(pieces) : first
      pieces = []
      length = 0
      return whole
    },
  }
}
