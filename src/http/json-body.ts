import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { LoggiaError } from '../kit/errors.ts'
import { DEPTH_MAX, depthOf } from '../kit/json-depth.ts'

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
