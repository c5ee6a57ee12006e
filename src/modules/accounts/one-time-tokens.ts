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

/** As it goes into a link. */
export interface IssuedToken {
  token: string
  validSeconds: number
}

/** Tokens of links: kept as hashes, good once, and only the newest of its kind for a person. */
export function createOneTimeTokens({ clock }: { clock: Clock }) {
  /** Ends the tokens of the kind that are out. */
  async function withdraw(tx: Transaction, purpose: Purpose, userId: number | null): Promise<void> {
    const older = inTablesOf<AccountTables>(tx).deleteFrom('one_time_tokens').where('purpose', '=', purpose)
    await older.where('user_id', userId === null ? 'is' : '=', userId).execute()
  }

  return {
    withdraw,

    async issue(
      tx: Transaction,
      purpose: Purpose,
      subject: Subject,
      validSeconds: number,
    ): Promise<IssuedToken> {
      const tables = inTablesOf<AccountTables>(tx)
      const token = randomBytes(32).toString('base64url')
      await withdraw(tx, purpose, subject.userId)
      await tables.deleteFrom('one_time_tokens').where('expires_at', '<=', clock()).execute()
      const row = { token_hash: hashSecret(token), purpose, user_id: subject.userId, email: subject.email }
      await tables
        .insertInto('one_time_tokens')
        .values({ ...row, expires_at: clock() + validSeconds * 1000 })
        .execute()
      return { token, validSeconds }
    },

    /** Throws `link_invalid` as `consume` does, and leaves the token as it is: for before work that costs more than a look. */
    async assertLive(sql: Transaction, purpose: Purpose, token: string): Promise<void> {
      const own = inTablesOf<AccountTables>(sql).selectFrom('one_time_tokens').where('purpose', '=', purpose)
      const live = own.where('token_hash', '=', hashSecret(token)).where('expires_at', '>', clock())
      if ((await live.select('token_hash').executeTakeFirst()) === undefined) throw linkInvalid()
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
