import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import { type Clock, toTimestamp, toTimestampOrNull } from '../../kit/clock.ts'
import { conflict, notFound } from '../../kit/errors.ts'
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
import { BLANK, isOutdated } from './retention.ts'
import type { Mail, MailQuery, MailSummary } from './schemas.ts'
import { MAIL_JOB } from './sending.ts'
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

/** What the link in a mail opens with, and for how long. */
export interface LinkSecret {
  token: string
  validSeconds: number
}

/** Every mail is a row before it is a message: written in the transaction that decides it, sent by a job. */
export function createMails(options: Options) {
  const { clock, jobs, mailer, from } = options
  const db = tablesOf<MailTables>(options.db)

  return {
    /** Joins the transaction: rolled back, the mail never was. */
    async post(tx: Transaction, to: Addressee, letter: Letter, secret: LinkSecret | null): Promise<void> {
      const written = { user_id: to.id, template: letter.template, recipient: to.email }
      const composed = composeMail(pickLocale(to.locale), letter)
      const row = { ...written, ...composed, ...begun(clock(), from), ...keptSecret(secret, clock()) }
      const posted = inTablesOf<MailTables>(tx).insertInto('mails').values(row).returning('id')
      await jobs.enqueue(tx, MAIL_JOB, { id: (await posted.executeTakeFirstOrThrow()).id })
    },

    async list({ limit, cursor, state }: MailQuery): Promise<Page<MailSummary>> {
      let all = db.read.selectFrom('mails')
      if (cursor !== undefined) all = all.where('id', '<', decodeCursor(cursor, ['number'])[0] as number)
      if (state !== undefined) all = all.where('state', '=', state)
      const rows = await all
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .selectAll()
        .execute()
      return toPage(rows, limit, summarize, (row) => [row.id])
    },

    /** With its words. Whoever reads them here must not get at an account by them, unless nobody else can read them. */
    async get(id: number): Promise<Mail> {
      const row = await find(db.read, id)
      const { html, text, secret } = row
      if (secret === null || (mailer.keeps && !isOutdated(row, clock())))
        return { ...summarize(row), html, text }
      return { ...summarize(row), html: html.replaceAll(secret, BLANK), text: text.replaceAll(secret, BLANK) }
    },

    /** Once more from the first try on, under the same Message-ID. Throws `mail_underway`, `mail_outdated`. */
    async resend(id: number): Promise<MailSummary> {
      return db.write(async (tx) => {
        const row = await find(tx, id)
        if (row.state === 'queued' || row.state === 'sending') throw underway()
        if (isOutdated(row, clock())) throw outdated()
        const again = tx.updateTable('mails').where('id', '=', id).where('state', '=', row.state)
        const queued = again.set({ state: 'queued', error: null, finished_at: null }).returningAll()
        const resent = await queued.executeTakeFirst()
        // Two ask for it at once.
        if (resent === undefined) throw underway()
        await jobs.enqueue(tx, MAIL_JOB, { id })
        return summarize(resent)
      })
    },
  }
}

export type Mails = ReturnType<typeof createMails>

function begun(now: number, from: string) {
  const message_id = `<${randomUUID()}@${/@([^>\s]+)/.exec(from)?.[1] ?? 'localhost'}>`
  return { state: 'queued' as const, error: null, message_id, created_at: now, finished_at: null }
}

function keptSecret(secret: LinkSecret | null, now: number): Pick<Row, 'secret' | 'secret_until'> {
  return secret === null
    ? { secret: null, secret_until: null }
    : { secret: secret.token, secret_until: now + secret.validSeconds * 1000 }
}

async function find(sql: TransactionOf<MailTables>, id: number): Promise<Row> {
  const row = await sql.selectFrom('mails').where('id', '=', id).selectAll().executeTakeFirst()
  if (row === undefined) throw notFound('mail')
  return row
}

function underway() {
  return conflict('mail_underway', 'This mail is on its way already.')
}

function outdated() {
  return conflict('mail_outdated', 'The link in this mail is no longer valid. Ask for a new one instead.')
}

function summarize(row: Row): MailSummary {
  const { id, template, recipient: to, subject, state, error, message_id } = row
  const times = { created_at: toTimestamp(row.created_at), finished_at: toTimestampOrNull(row.finished_at) }
  return { id, template, to, subject, state, error, message_id, ...times }
}
