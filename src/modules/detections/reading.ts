import { isUtf8 } from 'node:buffer'
import { faultsOf, fits } from '../../http/compilers.ts'
import { toFieldErrors } from '../../http/errors.ts'
import type { FieldError } from '../../kit/errors.ts'
import { inOurSpelling, NewDetection } from './schemas.ts'

/** What a text says, or what is wrong with it. */
export type Reading = { detection: NewDetection } | { errors: FieldError[] }

/** Of one text; who writes worse ones learns the rest when these are mended. */
const ERRORS_MAX = 10

/** A detection that came as text, by a line or by a message. */
export function readDetection(text: string): Reading {
  const value = inOurSpelling(parsed(text))
  if (value === undefined) return wrong('is not JSON')
  if (fits(NewDetection, value)) return { detection: value as NewDetection }
  return { errors: toFieldErrors(faultsOf(NewDetection, value)).slice(0, ERRORS_MAX) }
}

/** `null`: too long to be one. */
export function readDetectionBytes(bytes: Buffer | null): Reading {
  if (bytes === null) return wrong('is too long')
  return isUtf8(bytes) ? readDetection(bytes.toString()) : wrong('is not UTF-8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function wrong(detail: string): Reading {
  return { errors: [{ pointer: '', detail }] }
}
