import { ReplyError } from 'ioredis'
import { LoggiaError } from '../../kit/errors.ts'

/** Redis's own words for "not now" (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors). */
const NOT_NOW =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|NOREPLICAS|MISCONF|OOM|BUSY|TRYAGAIN|NOAUTH|WRONGPASS)\b/

/** What Redis answered stays as it is, unless it says that it cannot serve; everything else is a Redis out of reach. */
export function toUnavailable(error: Error): Error {
  if (error instanceof LoggiaError) return error
  if (error instanceof ReplyError && !NOT_NOW.test(error.message)) return error
  return new LoggiaError(
    'unavailable',
    'redis_unavailable',
    'Redis cannot be reached at the moment. Try again soon.',
    {
      retryAfterSeconds: 1,
      cause: error,
    },
  )
}
