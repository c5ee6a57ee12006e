import { isIP } from 'node:net'
import type { Selectable } from 'kysely'
import { type Clock, toTimestamp } from '../../kit/clock.ts'
import { conflict, invalid, notFound } from '../../kit/errors.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import { isPublicAddress } from '../../kit/public-address.ts'
import { type Database, inTablesOf, type Transaction, tablesOf } from '../../platform/database/index.ts'
import { takeNumbers } from './numbering.ts'
import { hostOf, type Outcome } from './posting.ts'
import { isSecret, makeSecret } from './signing.ts'
import type { AlertTables } from './tables.ts'
import type { MadeWebhook, NewWebhook, Webhook } from './webhook-schemas.ts'

type Row = Selectable<AlertTables['webhooks']>

/** Each alert is posted to each. */
const WEBHOOKS_MAX = 50

/** Addresses that are told of alerts. */
export function createWebhooks(options: { db: Database; clock: Clock; allowPrivate: boolean }) {
  const { clock, allowPrivate } = options
  const db = tablesOf<AlertTables>(options.db)

  return {
    /** Told of alerts from now on. The secret is shown this once. Throws `too_many_webhooks`. */
    async create({ url, rule_id = null, secret = makeSecret() }: NewWebhook): Promise<MadeWebhook> {
      const target = readUrl(url, allowPrivate)
      if (!isSecret(secret))
        throw invalid([{ pointer: '/secret', detail: 'must be whsec_ and 24 to 64 bytes in base64' }])
      return db.write(async (tx) => {
        // Whoever raises an alert waits meanwhile, so each one is before it or after it.
        const after_alert_id = (await takeNumbers(tx, 0)) - 1
        const { count } = await tx
          .selectFrom('webhooks')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
        if (Number(count) >= WEBHOOKS_MAX) throw tooManyWebhooks()
        const rule = tx.selectFrom('alert_rules').where('id', '=', rule_id).where('deleted_at', 'is', null)
        if (rule_id !== null && (await rule.select('id').executeTakeFirst()) === undefined)
          throw invalid([{ pointer: '/rule_id', detail: 'is no alert rule' }])
        const row = { url: target, secret, rule_id, after_alert_id, created_at: clock() }
        const made = tx.insertInto('webhooks').values(row).returningAll()
        return { ...present(await made.executeTakeFirstOrThrow()), secret }
      })
    },

    /** Newest first. */
    async list(query: { limit: number; cursor?: string }): Promise<Page<Webhook>> {
      let all = db.read.selectFrom('webhooks').orderBy('id', 'desc')
      if (query.cursor !== undefined)
        all = all.where('id', '<', decodeCursor(query.cursor, ['number'])[0] as number)
      const rows = await all
        .limit(query.limit + 1)
        .selectAll()
        .execute()
      return toPage(rows, query.limit, present, (row) => [row.id])
    },

    async get(id: number): Promise<Webhook> {
      const row = await db.read.selectFrom('webhooks').where('id', '=', id).selectAll().executeTakeFirst()
      if (row === undefined) throw notFound('webhook')
      return present(row)
    },

    /** What was not delivered by then is not delivered any more. */
    async remove(id: number): Promise<void> {
      await db.write(async (tx) => {
        const { numDeletedRows } = await tx.deleteFrom('webhooks').where('id', '=', id).executeTakeFirst()
        if (numDeletedRows === 0n) throw notFound('webhook')
      })
    },

    async isAny(tx: Transaction): Promise<boolean> {
      const any = inTablesOf<AlertTables>(tx).selectFrom('webhooks').select('id').limit(1)
      return (await any.executeTakeFirst()) !== undefined
    },

    /** With their secrets: not for answers. */
    all: (): Promise<Row[]> => db.read.selectFrom('webhooks').selectAll().execute(),

    find: (id: number): Promise<Row | undefined> =>
      db.read.selectFrom('webhooks').where('id', '=', id).selectAll().executeTakeFirst(),

    async note(id: number, alertId: number, { status, error }: Outcome): Promise<void> {
      const last = { last_alert_id: alertId, last_at: clock(), last_status: status, last_error: error }
      await db.write((tx) => tx.updateTable('webhooks').where('id', '=', id).set(last).execute())
    },
  }
}

export type Webhooks = ReturnType<typeof createWebhooks>

function readUrl(text: string, allowPrivate: boolean): string {
  const url = URL.parse(text)
  const refuse = (detail: string) => invalid([{ pointer: '/url', detail }])
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw refuse('must be an address that begins with http:// or https://')
  if (url.username !== '' || url.password !== '') throw refuse('must not hold a user or a password')
  const host = hostOf(url)
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) throw refuse('must be a public address')
  url.hash = ''
  return url.href
}

function tooManyWebhooks() {
  return conflict('too_many_webhooks', `There are ${WEBHOOKS_MAX} webhooks already. Delete one first.`)
}

function present(row: Row): Webhook {
  const { id, url, rule_id, created_at, last_alert_id, last_at, last_status: status, last_error: error } = row
  const isTold = last_alert_id !== null && last_at !== null
  const last_delivery = isTold ? { alert_id: last_alert_id, at: toTimestamp(last_at), status, error } : null
  return { id, url, rule_id, created_at: toTimestamp(created_at), last_delivery }
}
