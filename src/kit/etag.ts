import { hash } from 'node:crypto'
import { LoggiaError } from './errors.ts'

/** A strong validator of what a client sees: the same presented value has the same tag on every node. */
export function etagOf(presented: unknown): string {
  return etagOfText(JSON.stringify(presented))
}

export function etagOfText(text: string | Buffer): string {
  return `"${hash('sha1', text, 'base64url')}"`
}

/** RFC 9110, 13.1.1: compares strongly, `*` fits anything that exists. */
export function assertMatch(ifMatch: string | undefined, presented: unknown): void {
  if (ifMatch === undefined || ifMatch.trim() === '*') return
  const tags = ifMatch.split(',').map((tag) => tag.trim())
  if (tags.includes(etagOf(presented))) return
  throw new LoggiaError(
    'precondition_failed',
    'precondition_failed',
    'The record was changed since you read it. Read it again, then repeat your change.',
  )
}

/** RFC 9110, 13.1.2: compares weakly. */
export function noneMatch(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false
  if (ifNoneMatch.trim() === '*') return true
  return ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
