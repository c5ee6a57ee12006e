import type { Selectable } from 'kysely'
import { type Clock, toTimestamp } from '../../kit/clock.ts'
import { conflict, invalid, notFound } from '../../kit/errors.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import { afterCommit, type Database, tablesOf } from '../../platform/database/index.ts'
import type { Conditions } from './conditions.ts'
import { holdNumbering } from './numbering.ts'
import type { AlertRule, NewAlertRule } from './schemas.ts'
import type { AlertTables } from './tables.ts'

type Row = Selectable<AlertTables['alert_rules']>

/** Every detection is held against every rule, inside its own transaction. */
const RULES_MAX = 500

export function createAlertRules(options: { db: Database; clock: Clock; conditions: Conditions }) {
  const { clock, conditions } = options
  const db = tablesOf<AlertTables>(options.db)

  return {
    /** Throws `too_many_alert_rules`. */
    async create({ name, category_contains = null, make = null }: NewAlertRule): Promise<AlertRule> {
      if (category_contains === null && make === null)
        throw invalid([{ pointer: '/category_contains', detail: 'or make must be set' }])
      const row = { name, category_contains, make, created_at: clock() }
      return db.write(async (tx) => {
        const { count } = await tx
          .selectFrom('alert_rules')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
        if (Number(count) >= RULES_MAX) throw tooManyRules()
        afterCommit(tx, conditions.changed)
        return present(
          await tx.insertInto('alert_rules').values(row).returningAll().executeTakeFirstOrThrow(),
        )
      })
    },

    /** Newest first. */
    async list(query: { limit: number; cursor?: string }): Promise<Page<AlertRule>> {
      let all = db.read.selectFrom('alert_rules').orderBy('id', 'desc')
      if (query.cursor !== undefined)
        all = all.where('id', '<', decodeCursor(query.cursor, ['number'])[0] as number)
      const rows = await all
        .limit(query.limit + 1)
        .selectAll()
        .execute()
      return toPage(rows, query.limit, present, (row) => [row.id])
    },

    async get(id: number): Promise<AlertRule> {
      const row = await db.read.selectFrom('alert_rules').where('id', '=', id).selectAll().executeTakeFirst()
      if (row === undefined) throw notFound('alert_rule')
      return present(row)
    },

    /** Its alerts stay. */
    async remove(id: number): Promise<void> {
      await db.write(async (tx) => {
        await holdNumbering(tx)
        const { numDeletedRows } = await tx.deleteFrom('alert_rules').where('id', '=', id).executeTakeFirst()
        if (numDeletedRows === 0n) throw notFound('alert_rule')
        afterCommit(tx, conditions.changed)
      }, 'row_locks')
    },
  }
}

export type AlertRules = ReturnType<typeof createAlertRules>

function tooManyRules() {
  return conflict('too_many_alert_rules', `There are ${RULES_MAX} rules already. Delete one first.`)
}

function present({ id, name, category_contains, make, created_at }: Row): AlertRule {
  return { id, name, category_contains, make, created_at: toTimestamp(created_at) }
}
