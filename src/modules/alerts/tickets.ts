import { createHash, randomBytes } from 'node:crypto'
import type { Caller } from '../../http/access.ts'
import type { Clock } from '../../kit/clock.ts'
import { unauthenticated } from '../../kit/errors.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { Ticket } from './schemas.ts'
import type { AlertTables } from './tables.ts'

const TICKET_SECONDS = 60

/** What a ticket stands for. It opens a stream and nothing that asks for a fresh sign-in. */
export interface Redeemed {
  userId: number
  sessionId: string
  fresh: false
  expiresAt: number | null
}

/**
 * One-time tickets for a browser's EventSource, which cannot send a header. An address ends in histories and in the logs of
 * proxies; a ticket there is worth nothing, for it is good once and for a minute, and ends with the session that asked for it.
 */
export function createTickets(options: { db: Database; clock: Clock }) {
  const { clock } = options
  const db = tablesOf<AlertTables>(options.db)

  return {
    async issue({ userId, sessionId, expiresAt }: Caller): Promise<Ticket> {
      const now = clock()
      const expires_at = Math.min(now + TICKET_SECONDS * 1000, expiresAt ?? Number.POSITIVE_INFINITY)
      const ticket = randomBytes(24).toString('base64url')
      const of = { user_id: userId, session_id: String(sessionId), token_expires_at: expiresAt }
      return db.write(async (tx) => {
        await tx.deleteFrom('alert_tickets').where('expires_at', '<=', now).execute()
        await tx
          .insertInto('alert_tickets')
          .values({ ticket_hash: hashOf(ticket), ...of, expires_at })
          .execute()
        return { ticket, expires_in: Math.floor((expires_at - now) / 1000) }
      }, 'row_locks')
    },

    /** Throws `ticket_invalid`. */
    async redeem(ticket: string): Promise<Redeemed> {
      const row = await db.write((tx) =>
        tx
          .deleteFrom('alert_tickets')
          .where('ticket_hash', '=', hashOf(ticket))
          .where('expires_at', '>', clock())
          .returning(['user_id', 'session_id', 'token_expires_at'])
          .executeTakeFirst(),
      )
      if (row === undefined)
        throw unauthenticated(
          'ticket_invalid',
          'This ticket was used already or is too old. Ask for a new one.',
        )
      const { user_id: userId, session_id: sessionId, token_expires_at: expiresAt } = row
      return { userId, sessionId, fresh: false, expiresAt }
    },
  }
}

export type Tickets = ReturnType<typeof createTickets>

function hashOf(ticket: string): string {
  return createHash('sha256').update(ticket).digest('base64url')
}
