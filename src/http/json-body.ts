import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { LoggiaError } from '../kit/errors.ts'

/** No honest body nests deeper, and deeper ones overflow the stack of whatever walks them later. */
const DEPTH_MAX = 64

/** JSON is the only body that is understood unless a route says otherwise; members that would poison prototypes are refused. */
export function parseJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  addJsonType(app, /^application\/([\w.-]+\+)?json(;|$)/)
}

/** Bodies of this type, or of whatever type (`*`), are JSON too in this part of the server. */
export function addJsonType(scope: FastifyInstance, type: RegExp | '*'): void {
  const parse = scope.getDefaultJsonParser('error', 'error')
  scope.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
    const bytes = body as Buffer
    if (bytes.length === 0) return done(null, undefined)
    if (!isUtf8(bytes)) return done(notUtf8(), undefined)
    if (depthOf(bytes) > DEPTH_MAX) return done(tooDeep(), undefined)
    return parse(request, bytes.toString(), done)
  })
}

/** Decoded all the same, bytes that mean nothing would silently become question marks. */
function notUtf8(): LoggiaError {
  return new LoggiaError('malformed', 'malformed_json', 'The body is not valid UTF-8.')
}

function tooDeep(): LoggiaError {
  return new LoggiaError('malformed', 'json_too_deep', `The body nests deeper than ${DEPTH_MAX} levels.`)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** `[` and `{`, and what closes them, differ by this bit alone. */
const CURLY = 0x20
const OPENER = 0x5b
const CLOSER = 0x5d

/** Counted in the bytes, before anything recursive touches them. */
function depthOf(bytes: Buffer): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if ((byte & ~CURLY) === OPENER) deepest = Math.max(deepest, ++depth)
    else if ((byte & ~CURLY) === CLOSER) depth -= 1
  }
  return deepest
}

function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
