import { ReplyError } from 'ioredis'
import { LoggiaError } from '../../kit/errors.ts'

/** Redis's own words for "not now" (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors). */
const NOT_NOW =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|MISCONF|OOM|BUSY|TRYAGAIN|NOAUTH|WRONGPASS|NOPERM)\b|^ERR The user executing the script/
/** Keys are spread over several nodes, of which Loggia knows one. */
const CLUSTER = /^(MOVED|ASK|CROSSSLOT)\b/

/** What Redis answered stays as it is, unless it says that it cannot serve; everything else is a Redis out of reach. */
export function toUnavailable(error: Error): Error {
  if (error instanceof LoggiaError) return error
  const sentence = error instanceof ReplyError ? refusalIn(error) : AWAY
  if (sentence === null) return error
  const more = { retryAfterSeconds: 1, cause: error }
  return new LoggiaError('unavailable', 'redis_unavailable', sentence, more)
}

const AWAY = 'Redis cannot be reached at the moment. Try again soon.'

function refusalIn({ message }: Error): string | null {
  if (message.startsWith('OOM'))
    return 'Redis is full: it takes nothing more until something was consumed. Try again later.'
  if (CLUSTER.test(message)) return 'Redis is a cluster here, of which Loggia can use one node only.'
  return NOT_NOW.test(message) ? 'Redis answers, but cannot do this at the moment. Try again soon.' : null
}
