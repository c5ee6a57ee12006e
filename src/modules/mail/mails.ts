import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import { type Clock, toTimestamp, toTimestampOrNull } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import {
  type Database,
  inTablesOf,
  type Transaction,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Mailer } from '../../platform/mailer/index.ts'
import type { Mail, MailSummary } from './schemas.ts'
import type { MailTables } from './tables.ts'
import { composeMail, type Letter, pickLocale } from './templates/compose.ts'

type Row = Selectable<MailTables['mails']>

interface Options {
  db: Database
  clock: Clock
  jobs: Jobs
  mailer: Mailer
  from: string
}

export interface Addressee {
  id: number
  email: string
  locale: string
}

const JOB = 'mail'

/** Every mail is a row before it is a message: written in the transaction that decides it, sent by a job. */
export function createMails(options: Options) {
  const { clock, jobs, mailer, from } = options
  const db = tablesOf<MailTables>(options.db)

  /** Joins the transaction: rolled back, the mail never was. */
  async function post(tx: Transaction, to: Addressee, letter: Letter): Promise<void> {
    const { subject, html, text } = composeMail(pickLocale(to.locale), letter)
    const row = { user_id: to.id, template: letter.template, recipient: to.email, subject, html, text }
    await enqueue(inTablesOf<MailTables>(tx), row)
  }

  async function enqueue(
    tx: TransactionOf<MailTables>,
    letter: Pick<Row, 'user_id' | 'template' | 'recipient' | 'subject' | 'html' | 'text'>,
  ): Promise<Row> {
    const fate = { state: 'queued' as const, error: null, created_at: clock(), finished_at: null }
    const message_id = `<${randomUUID()}@${domainOf(from)}>`
    const row = await tx
      .insertInto('mails')
      .values({ ...letter, ...fate, message_id })
      .returningAll()
      .executeTakeFirstOrThrow()
    await jobs.enqueue(tx, JOB, { id: row.id })
    return row
  }

  return {
    post,

    /** The job. Sends what is still queued; a mail that was sent, or that went with its user, is left alone. */
    async send(id: number): Promise<void> {
      const mail = await find(db.read, id)
      if (mail?.state !== 'queued') return
      const { message_id: messageId, recipient: to, subject, html, text } = mail
      const state = await mailer.send({ messageId, from, to, subject, html, text })
      await finish(id, { state, error: null })
    },

    async fail(id: number, reason: string): Promise<void> {
      await finish(id, { state: 'failed', error: reason })
    },

    async list(query: { limit: number; cursor?: string }): Promise<Page<MailSummary>> {
      let all = db.read.selectFrom('mails')
      if (query.cursor !== undefined)
        all = all.where('id', '<', decodeCursor(query.cursor, ['number'])[0] as number)
      const rows = await all
        .orderBy('id', 'desc')
        .limit(query.limit + 1)
        .selectAll()
        .execute()
      return toPage(rows, query.limit, summarize, (row) => [row.id])
    },

    async get(id: number): Promise<Mail> {
      const row = await find(db.read, id)
      if (row === undefined) throw notFound('mail')
      return { ...summarize(row), html: row.html, text: row.text }
    },

    /** A new mail with the same words and a Message-ID of its own. */
    async resend(id: number): Promise<MailSummary> {
      return db.write(async (tx) => {
        const row = await find(tx, id)
        if (row === undefined) throw notFound('mail')
        const { user_id, template, recipient, subject, html, text } = row
        return summarize(await enqueue(tx, { user_id, template, recipient, subject, html, text }))
      })
    },
  }

  /** A mail that has gone out stays so, whatever becomes of the job behind it. */
  async function finish(id: number, fate: { state: Row['state']; error: string | null }): Promise<void> {
    await db.write((tx) =>
      tx
        .updateTable('mails')
        .where('id', '=', id)
        .where('state', '=', 'queued')
        .set({ ...fate, finished_at: clock() })
        .execute(),
    )
  }
}

export type Mails = ReturnType<typeof createMails>

export function handleMailJobs(jobs: Jobs, mails: Mails): void {
  jobs.handle(JOB, {
    needs: { id: 'number' },
    run: ({ id }) => mails.send(id),
    giveUp: ({ id }, reason) => mails.fail(id, reason),
    tries: 8,
    backoff: { baseSeconds: 5, maxSeconds: 3600 },
    leaseSeconds: 60,
    concurrency: 2,
  })
}

function find(sql: TransactionOf<MailTables>, id: number): Promise<Row | undefined> {
  return sql.selectFrom('mails').where('id', '=', id).selectAll().executeTakeFirst()
}

function domainOf(from: string): string {
  return /@([^>\s]+)/.exec(from)?.[1] ?? 'localhost'
}

function summarize({
  id,
  template,
  recipient,
  subject,
  state,
  error,
  message_id,
  ...times
}: Row): MailSummary {
  const created_at = toTimestamp(times.created_at)
  const finished_at = toTimestampOrNull(times.finished_at)
  return { id, template, to: recipient, subject, state, error, message_id, created_at, finished_at }
}
