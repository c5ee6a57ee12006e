import { DatabaseError } from 'pg'
import { LoggiaError } from '../../kit/errors.ts'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'
const FEATURE_NOT_SUPPORTED = '0A000'
const READ_ONLY = '25006'
const IDLE_IN_TRANSACTION = '25P03'
/** Connection, resources, operator's intervention, system: the server is away, full, stopping or slow, or was told to break off. */
const UNAVAILABLE_CLASSES = ['08', '53', '57', '58']

const RETRY_AFTER_SECONDS = 1

/** Did another change get in the way, so that this one may be run again from its start? */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error)
  return code === SERIALIZATION_FAILURE || code === DEADLOCK || isOutdatedPlan(error)
}

/** "cached plan must not change result type": a migration has run since the statement was prepared. */
export function isOutdatedPlan(error: unknown): boolean {
  return codeOf(error) === FEATURE_NOT_SUPPORTED && (error as Error).message.startsWith('cached plan')
}

/** The server takes no changes on this connection, and may never do; another connection may lead to one that does. */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === READ_ONLY || (error instanceof LoggiaError && codeOf(error.cause) === READ_ONLY)
}

/** Has the server refused for certain? Otherwise what was sent may have been done. */
export function isRefusal(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === 'ERROR'
}

/** What failed for want of a server is told as `database_unavailable`; anything else stays as it is. */
export function translate(error: unknown): unknown {
  return isUnavailable(error) ? unavailable('The database does not answer. Try again.', error) : error
}

export function unavailable(sentence: string, cause: unknown): LoggiaError {
  const details = { retryAfterSeconds: RETRY_AFTER_SECONDS, cause }
  return new LoggiaError('unavailable', 'database_unavailable', sentence, details)
}

/** What no server has said, the network or the clock has; a fault in our own call is a TypeError. */
function isUnavailable(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return !(error instanceof TypeError || error instanceof LoggiaError)
  const code = codeOf(error)
  return UNAVAILABLE_CLASSES.includes(code.slice(0, 2)) || code === READ_ONLY || code === IDLE_IN_TRANSACTION
}

function codeOf(error: unknown): string {
  return error instanceof DatabaseError ? (error.code ?? '') : ''
}
