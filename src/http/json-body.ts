import type { FastifyInstance } from 'fastify'
import { LoggiaError } from '../kit/errors.ts'

/** No honest body nests deeper, and deeper ones overflow the stack of whatever walks them later. */
const DEPTH_MAX = 64

/** JSON is the only body that is understood unless a route says otherwise; members that would poison prototypes are refused. */
export function parseJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^application\/([\w.-]+\+)?json\b/,
    { parseAs: 'string' },
    (request, body, done) => {
      const text = body as string
      if (text === '') return done(null, undefined)
      if (depthOf(text) > DEPTH_MAX) return done(tooDeep(), undefined)
      return parse(request, text, done)
    },
  )
}

function tooDeep(): LoggiaError {
  return new LoggiaError('malformed', 'json_too_deep', `The body nests deeper than ${DEPTH_MAX} levels.`)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENERS = [0x5b, 0x7b]
const CLOSERS = [0x5d, 0x7d]

/** Counted in the text, before anything recursive touches it. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (OPENERS.includes(code)) deepest = Math.max(deepest, ++depth)
    else if (CLOSERS.includes(code)) depth -= 1
  }
  return deepest
}

function endOfString(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}
