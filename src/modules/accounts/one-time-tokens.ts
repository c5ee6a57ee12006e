import { randomBytes } from 'node:crypto'
import type { Clock } from '../../kit/clock.ts'
import { LoggiaError } from '../../kit/errors.ts'
import { inTablesOf, type Transaction } from '../../platform/database/index.ts'
import { hashSecret } from './secrets.ts'
import type { AccountTables } from './tables.ts'

type Purpose = AccountTables['one_time_tokens']['purpose']

interface Subject {
  userId: number | null
  /** The address that the token was sent to. */
  email: string | null
}

/** Tokens of links: kept as hashes, good once, and only the newest of its kind for a person. */
export function createOneTimeTokens({ clock }: { clock: Clock }) {
  return {
    async issue(tx: Transaction, purpose: Purpose, subject: Subject, ttlSeconds: number): Promise<string> {
      const tables = inTablesOf<AccountTables>(tx)
      const token = randomBytes(32).toString('base64url')
      const older = tables.deleteFrom('one_time_tokens').where('purpose', '=', purpose)
      await older.where('user_id', subject.userId === null ? 'is' : '=', subject.userId).execute()
      await tables.deleteFrom('one_time_tokens').where('expires_at', '<=', clock()).execute()
      const row = { token_hash: hashSecret(token), purpose, user_id: subject.userId, email: subject.email }
      await tables
        .insertInto('one_time_tokens')
        .values({ ...row, expires_at: clock() + ttlSeconds * 1000 })
        .execute()
      return token
    },

    /** Throws `link_invalid` for a token that is used, replaced, too old or not ours. */
    async consume(tx: Transaction, purpose: Purpose, token: string): Promise<Subject> {
      const consumed = await inTablesOf<AccountTables>(tx)
        .deleteFrom('one_time_tokens')
        .where('token_hash', '=', hashSecret(token))
        .where('purpose', '=', purpose)
        .where('expires_at', '>', clock())
        .returning(['user_id', 'email'])
        .executeTakeFirst()
      if (consumed === undefined) throw linkInvalid()
      return { userId: consumed.user_id, email: consumed.email }
    },
  }
}

export type OneTimeTokens = ReturnType<typeof createOneTimeTokens>

export function linkInvalid(): LoggiaError {
  return new LoggiaError(
    'invalid',
    'link_invalid',
    'This link was used already or is too old. Ask for a new one.',
  )
}
