import { sql } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { MailTables } from './tables.ts'

/** What stands in the place of a link's secret. */
export const BLANK = '…'

/** Mails are kept to be read and sent again, not for ever: a link's secret goes as soon as it opens nothing, the rest later. */
export function createMailRetention(options: { db: Database; clock: Clock; retentionSeconds: number }) {
  const { clock, retentionSeconds } = options
  const db = tablesOf<MailTables>(options.db)
  return {
    async purge(): Promise<void> {
      await db.write(async (tx) => {
        const now = clock()
        const done = tx.deleteFrom('mails').where('state', 'not in', ['queued', 'sending'])
        await done.where('created_at', '<=', now - retentionSeconds * 1000).execute()
        const outdated = tx
          .updateTable('mails')
          .where('secret', 'is not', null)
          .where('secret_until', '<=', now)
        const blanked = { html: blankedIn('html'), text: blankedIn('text'), secret: null }
        await outdated.set(blanked).execute()
      })
    },
  }
}

/** Its link leads nowhere any more. */
export function isOutdated({ secret_until }: { secret_until: number | null }, now: number): boolean {
  return secret_until !== null && secret_until <= now
}

function blankedIn(column: 'html' | 'text') {
  return sql<string>`replace(${sql.ref(column)}, secret, ${BLANK})`
}
