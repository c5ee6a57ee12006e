import type { Clock } from '../../kit/clock.ts'
import { type Database, inTablesOf, type Transaction, tablesOf } from '../../platform/database/index.ts'
import type { Passwords, Verdict } from './passwords.ts'
import type { AccountTables } from './tables.ts'

/** Who knows whose password. */
export function createCredentials(options: { db: Database; clock: Clock; passwords: Passwords }) {
  const { clock, passwords } = options
  const db = tablesOf<AccountTables>(options.db)

  return {
    /** Takes the same time whether or not there is such a person, or they have a password. */
    async verify(userId: number | undefined, password: string): Promise<Verdict> {
      const own = db.read
        .selectFrom('credentials')
        .where('user_id', '=', userId ?? 0)
        .select('password_hash')
      const stored = await own.executeTakeFirst()
      if (stored !== undefined) return passwords.verify(password, stored.password_hash)
      await passwords.verifyNobody(password)
      return { matches: false, outdated: false }
    },

    /** Hash first, outside of the transaction: nobody else's change should wait for it. */
    async store(tx: Transaction, userId: number, password_hash: string): Promise<void> {
      const changed = { password_hash, changed_at: clock() }
      await inTablesOf<AccountTables>(tx)
        .insertInto('credentials')
        .values({ user_id: userId, ...changed })
        .onConflict((clash) => clash.column('user_id').doUpdateSet(changed))
        .execute()
    },
  }
}

export type Credentials = ReturnType<typeof createCredentials>
