import type { Clock } from '../../kit/clock.ts'
import type { Cache } from '../../platform/cache/index.ts'
import { type Database, inTablesOf, type Transaction } from '../../platform/database/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Credentials } from './credentials.ts'
import { type IssuedToken, linkInvalid, type OneTimeTokens } from './one-time-tokens.ts'
import type { Passwords } from './passwords.ts'
import type { People, Person } from './people.ts'
import type { Reset } from './schemas.ts'
import type { Sessions } from './sessions.ts'
import type { AccountTables } from './tables.ts'
import { newTokenId } from './tokens.ts'

const RESET_SECONDS = 3600
const JOB = 'password-reset'
const PURPOSE = 'reset_password'
/** Mails that a stranger can have us send to one address in an hour. */
const REQUESTS_PER_ADDRESS = 3

/** Far longer than a job can take to be run again. */
const ANSWERED_KEPT_MS = 7 * 24 * 3600 * 1000

const ACCEPTED = { status: 'accepted' as const }

interface Options {
  db: Database
  clock: Clock
  cache: Cache
  jobs: Jobs
  people: People
  passwords: Passwords
  credentials: Credentials
  sessions: Sessions
  oneTimeTokens: OneTimeTokens
  /** In the transaction that issues the token. */
  onResetRequested: (tx: Transaction, person: Person, reset: IssuedToken) => Promise<void>
}

/** Forgotten passwords. Whether an address is known is told to nobody but its owner, by mail. */
export function createRecovery(options: Options) {
  const { db, clock, cache, jobs, people, onResetRequested } = options
  const { passwords, credentials, sessions, oneTimeTokens } = options

  jobs.handle(JOB, {
    needs: { email: 'string', request: 'string' },
    run: ({ email, request }) => sendLink(email, request),
    giveUp: async () => {},
    tries: 5,
    backoff: { baseSeconds: 1, maxSeconds: 60 },
    leaseSeconds: 30,
    concurrency: 1,
  })

  async function sendLink(email: string, request: string): Promise<void> {
    await db.write(async (tx) => {
      const person = await people.byEmail(tx, email)
      if (person?.email == null || person.disabled) return
      if (!(await isFirstAnswer(tx, request, clock()))) return
      const subject = { userId: person.id, email: person.email }
      await onResetRequested(tx, person, await oneTimeTokens.issue(tx, PURPOSE, subject, RESET_SECONDS))
    })
  }

  return {
    /** The same work, and so the same time, for every address: one job. */
    async forgot(email: string): Promise<typeof ACCEPTED> {
      const { count } = await cache.count(`forgot:${email.toLowerCase()}`, 3600)
      if (count > REQUESTS_PER_ADDRESS) return ACCEPTED
      return db.write(async (tx) => {
        await jobs.enqueue(tx, JOB, { email, request: newTokenId() })
        return ACCEPTED
      })
    },

    /** Ends every session of the account. */
    async reset({ token, new_password }: Reset): Promise<void> {
      await oneTimeTokens.assertLive(db.read, PURPOSE, token)
      const hash = await passwords.hash(new_password)
      await db.write(async (tx) => {
        const { userId, email } = await oneTimeTokens.consume(tx, PURPOSE, token)
        const person = userId === null ? undefined : await people.byId(tx, userId)
        // Whoever reads an address that the account no longer has is not its owner any more.
        if (person === undefined || person.email !== email) throw linkInvalid()
        await credentials.store(tx, person.id, hash)
        await sessions.endAll(tx, person.id)
      })
    },
  }
}

export type Recovery = ReturnType<typeof createRecovery>

/** A job that runs again after a crash must not send another mail, whose link would end the first one's. */
async function isFirstAnswer(tx: Transaction, id: string, now: number): Promise<boolean> {
  const tables = inTablesOf<AccountTables>(tx)
  await tables
    .deleteFrom('reset_requests')
    .where('answered_at', '<=', now - ANSWERED_KEPT_MS)
    .execute()
  const marking = tables.insertInto('reset_requests').values({ id, answered_at: now })
  const marked = await marking.onConflict((clash) => clash.column('id').doNothing()).executeTakeFirst()
  return (marked.numInsertedOrUpdatedRows ?? 0n) > 0n
}
