import { conflict, tooMany } from '../../kit/errors.ts'
import type { Cache } from '../../platform/cache/index.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import { type IssuedToken, linkInvalid, type OneTimeTokens } from './one-time-tokens.ts'
import type { People, Person } from './people.ts'

interface Options {
  db: Database
  cache: Cache
  people: People
  oneTimeTokens: OneTimeTokens
  /** Writes to them again. */
  onRegistered: (tx: Transaction, person: Person, verification: IssuedToken | null) => Promise<void>
}

/** Mails that somebody can have us send to an address that may not be theirs. */
const VERIFICATIONS_PER_HOUR = 3
const VERIFY_SECONDS = 3 * 24 * 3600

/** That an e-mail address is read by whoever gave it. */
export function createEmailConfirmation({ db, cache, people, oneTimeTokens, onRegistered }: Options) {
  /** For the link in a mail. */
  function issue(tx: Transaction, { id, email }: Person): Promise<IssuedToken> {
    return oneTimeTokens.issue(tx, 'verify_email', { userId: id, email }, VERIFY_SECONDS)
  }

  return {
    issue,

    async confirm(token: string): Promise<void> {
      await db.write(async (tx) => {
        const { userId, email } = await oneTimeTokens.consume(tx, 'verify_email', token)
        if (userId === null || email === null || !(await people.confirmEmail(tx, userId, email)))
          throw linkInvalid()
      })
    },

    /** Another link, for the address as it is now. Throws `email_missing`, `verification_throttled`. */
    async resend(userId: number): Promise<void> {
      const asked = await people.byId(db.read, userId)
      if (asked?.email == null) throw noAddress()
      const { count, resetSeconds } = await cache.count(`verification:${asked.email.toLowerCase()}`, 3600)
      if (count > VERIFICATIONS_PER_HOUR) throw tooManyMails(resetSeconds)
      await db.write(async (tx) => {
        const person = await people.byId(tx, userId)
        if (person?.email == null) throw noAddress()
        await onRegistered(tx, person, await issue(tx, person))
      })
    },
  }
}

export type EmailConfirmation = ReturnType<typeof createEmailConfirmation>

function noAddress() {
  return conflict('email_missing', 'Your account has no e-mail address.')
}

function tooManyMails(retryAfterSeconds: number) {
  const sentence = 'Several confirmations were sent within the hour. Look for them before you ask for more.'
  return tooMany('verification_throttled', sentence, retryAfterSeconds)
}
