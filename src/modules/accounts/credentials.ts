import { type Clock, laterThan } from '../../kit/clock.ts'
import { type Database, inTablesOf, type Transaction, tablesOf } from '../../platform/database/index.ts'
import type { Passwords, Verdict } from './passwords.ts'
import type { AccountTables } from './tables.ts'

interface Proof extends Verdict {
  /** Which password was checked: the moment it was set, `0` for none. */
  changedAt: number
}

/** Who knows whose password. */
export function createCredentials(options: { db: Database; clock: Clock; passwords: Passwords }) {
  const { clock, passwords } = options
  const db = tablesOf<AccountTables>(options.db)

  async function changedAtOf(tx: Transaction, userId: number): Promise<number> {
    const own = inTablesOf<AccountTables>(tx).selectFrom('credentials').where('user_id', '=', userId)
    return (await own.select('changed_at').executeTakeFirst())?.changed_at ?? 0
  }

  return {
    /** Takes the same time whether or not there is such a person, or they have a password. */
    async verify(userId: number | undefined, password: string): Promise<Proof> {
      const own = db.read.selectFrom('credentials').where('user_id', '=', userId ?? 0)
      const stored = await own.select(['password_hash', 'changed_at']).executeTakeFirst()
      if (stored !== undefined) {
        return { ...(await passwords.verify(password, stored.password_hash)), changedAt: stored.changed_at }
      }
      await passwords.verifyNobody(password)
      return { matches: false, outdated: false, changedAt: 0 }
    },

    /** Hashing takes long enough for a password to change under it: ask again in the transaction that relies on the proof. */
    async stillStands(tx: Transaction, userId: number, { changedAt }: Proof): Promise<boolean> {
      return (await changedAtOf(tx, userId)) === changedAt
    },

    /** A new password. Hash first, outside of the transaction: nobody else's change should wait for it. */
    async store(tx: Transaction, userId: number, password_hash: string): Promise<void> {
      const changed = { password_hash, changed_at: laterThan(await changedAtOf(tx, userId), clock()) }
      await inTablesOf<AccountTables>(tx)
        .insertInto('credentials')
        .values({ user_id: userId, ...changed })
        .onConflict((clash) => clash.column('user_id').doUpdateSet(changed))
        .execute()
    },

    /** A better hash of the same password. */
    async upgrade(tx: Transaction, userId: number, password_hash: string): Promise<void> {
      const own = inTablesOf<AccountTables>(tx).updateTable('credentials').where('user_id', '=', userId)
      await own.set({ password_hash }).execute()
    },
  }
}

export type Credentials = ReturnType<typeof createCredentials>
