import type { Cache } from '../../platform/cache/index.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Credentials } from './credentials.ts'
import { linkInvalid, type OneTimeTokens } from './one-time-tokens.ts'
import type { Passwords } from './passwords.ts'
import type { People, Person } from './people.ts'
import type { Reset } from './schemas.ts'
import type { Sessions } from './sessions.ts'

export const RESET_SECONDS = 3600
const JOB = 'password-reset'
/** Mails that a stranger can have us send to one address in an hour. */
const REQUESTS_PER_ADDRESS = 3

const ACCEPTED = { status: 'accepted' as const }

interface Options {
  db: Database
  cache: Cache
  jobs: Jobs
  people: People
  passwords: Passwords
  credentials: Credentials
  sessions: Sessions
  oneTimeTokens: OneTimeTokens
  /** In the transaction that issues the token. */
  onResetRequested: (tx: Transaction, person: Person, resetToken: string) => Promise<void>
}

/** Forgotten passwords. Whether an address is known is told to nobody but its owner, by mail. */
export function createRecovery(options: Options) {
  const { db, cache, jobs, people, passwords, credentials, sessions, oneTimeTokens, onResetRequested } =
    options

  jobs.handle(JOB, {
    run: ({ email }) => sendLink(String(email)),
    giveUp: async () => {},
    tries: 5,
    backoff: { baseSeconds: 1, maxSeconds: 60 },
    leaseSeconds: 30,
    concurrency: 1,
  })

  async function sendLink(email: string): Promise<void> {
    await db.write(async (tx) => {
      const person = await people.byEmail(tx, email)
      if (person?.email == null || person.disabled) return
      const subject = { userId: person.id, email: person.email }
      await onResetRequested(
        tx,
        person,
        await oneTimeTokens.issue(tx, 'reset_password', subject, RESET_SECONDS),
      )
    })
  }

  return {
    /** The same work, and so the same time, for every address: one job. */
    async forgot(email: string): Promise<typeof ACCEPTED> {
      const { count } = await cache.count(`forgot:${email.toLowerCase()}`, 3600)
      if (count > REQUESTS_PER_ADDRESS) return ACCEPTED
      return db.write(async (tx) => {
        await jobs.enqueue(tx, JOB, { email })
        return ACCEPTED
      })
    },

    /** Ends every session of the account. */
    async reset({ token, new_password }: Reset): Promise<void> {
      const hash = await passwords.hash(new_password)
      await db.write(async (tx) => {
        const { userId } = await oneTimeTokens.consume(tx, 'reset_password', token)
        if (userId === null) throw linkInvalid()
        await credentials.store(tx, userId, hash)
        await sessions.endAll(tx, userId)
      })
    },
  }
}

export type Recovery = ReturnType<typeof createRecovery>
