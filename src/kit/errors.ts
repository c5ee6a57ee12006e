/** What went wrong, in words that no protocol owns; `http/errors.ts` gives each kind its status. */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'precondition_failed'
  | 'too_many'
  | 'unavailable'

export interface FieldError {
  /** JSON pointer into the body, or `?name` for a parameter of the address. */
  pointer: string
  detail: string
}

interface Details {
  errors?: FieldError[]
  retryAfterSeconds?: number
  cause?: unknown
}

/** An error that its reader can do something about: a stable `code` for programs, a sentence for people. */
export class LoggiaError extends Error {
  override name = 'LoggiaError'
  readonly kind: ErrorKind
  readonly code: string
  readonly errors: FieldError[]
  readonly retryAfterSeconds: number | undefined

  constructor(kind: ErrorKind, code: string, sentence: string, details: Details = {}) {
    super(sentence, { cause: details.cause })
    this.kind = kind
    this.code = code
    this.errors = details.errors ?? []
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}

/** Also the answer to somebody else's record: that it exists is not told. */
export function notFound(noun: string): LoggiaError {
  return new LoggiaError('not_found', `${noun}_not_found`, `There is no such ${noun.replaceAll('_', ' ')}.`)
}

export function invalid(errors: FieldError[]): LoggiaError {
  return new LoggiaError('invalid', 'validation_failed', 'Some members of the request are not valid.', {
    errors,
  })
}

export function conflict(code: string, sentence: string, errors: FieldError[] = []): LoggiaError {
  return new LoggiaError('conflict', code, sentence, { errors })
}

export function forbidden(code: string, sentence: string): LoggiaError {
  return new LoggiaError('forbidden', code, sentence)
}

export function unauthenticated(code: string, sentence: string): LoggiaError {
  return new LoggiaError('unauthenticated', code, sentence)
}

export function unavailable(code: string, sentence: string, retryAfterSeconds = 1): LoggiaError {
  return new LoggiaError('unavailable', code, sentence, { retryAfterSeconds })
}

export function tooMany(code: string, sentence: string, retryAfterSeconds: number): LoggiaError {
  return new LoggiaError('too_many', code, sentence, { retryAfterSeconds })
}
