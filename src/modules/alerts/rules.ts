import type { Selectable } from 'kysely'
import { type Clock, toTimestamp } from '../../kit/clock.ts'
import { conflict, invalid, notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import { afterCommit, type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { ANY_MAKE, type Conditions } from './conditions.ts'
import { holdNumbering } from './numbering.ts'
import type { AlertRule, AlertRulePatch, NewAlertRule } from './schemas.ts'
import type { AlertTables } from './tables.ts'

type Row = Selectable<AlertTables['alert_rules']>

/** Every detection is held against every rule, inside its own transaction. */
const RULES_MAX = 500

export function createAlertRules(options: { db: Database; clock: Clock; conditions: Conditions }) {
  const { clock, conditions } = options
  const db = tablesOf<AlertTables>(options.db)

  return {
    /** Throws `too_many_alert_rules`. */
    async create(rule: NewAlertRule): Promise<AlertRule> {
      const row = { ...toRow({ ...UNSET, ...rule }), created_at: clock() }
      return db.write(async (tx) => {
        const { count } = await tx
          .selectFrom('alert_rules')
          .where('deleted_at', 'is', null)
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
      let all = db.read.selectFrom('alert_rules').where('deleted_at', 'is', null).orderBy('id', 'desc')
      if (query.cursor !== undefined)
        all = all.where('id', '<', decodeCursor(query.cursor, ['number'])[0] as number)
      const rows = await all
        .limit(query.limit + 1)
        .selectAll()
        .execute()
      return toPage(rows, query.limit, present, (row) => [row.id])
    },

    get: (id: number): Promise<AlertRule> => find(db.read, id),

    /** Holds for detections from now on: in this process at once, in others within half a second. */
    async update(id: number, patch: AlertRulePatch, ifMatch?: string): Promise<AlertRule> {
      return db.write(async (tx) => {
        const rule = await find(tx, id)
        assertMatch(ifMatch, rule)
        const changed = tx
          .updateTable('alert_rules')
          .where('id', '=', id)
          .set(toRow({ ...rule, ...patch }))
        afterCommit(tx, conditions.changed)
        return present(await changed.returningAll().executeTakeFirstOrThrow())
      })
    },

    /** Its alerts stay, its webhooks go. What it remembers of its cool-downs is forgotten in time, by itself. */
    async remove(id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        await holdNumbering(tx)
        const live = tx.updateTable('alert_rules').where('id', '=', id).where('deleted_at', 'is', null)
        const row = await live.set({ deleted_at: clock() }).returningAll().executeTakeFirst()
        if (row === undefined) throw notFound('alert_rule')
        assertMatch(ifMatch, present(row))
        await tx.deleteFrom('webhooks').where('rule_id', '=', id).execute()
        afterCommit(tx, conditions.changed)
      }, 'row_locks')
    },
  }
}

export type AlertRules = ReturnType<typeof createAlertRules>

type Rule = Omit<AlertRule, 'id' | 'created_at'>

const UNSET = {
  category_contains: null,
  make: null,
  year_min: null,
  year_max: null,
  cooldown_seconds: 0,
  enabled: true,
}

async function find(sql: TransactionOf<AlertTables>, id: number): Promise<AlertRule> {
  const rules = sql.selectFrom('alert_rules').where('deleted_at', 'is', null)
  const row = await rules.where('id', '=', id).selectAll().executeTakeFirst()
  if (row === undefined) throw notFound('alert_rule')
  return present(row)
}

/** Throws what is wrong with the rule as a whole. */
function toRow({ name, category_contains, make, year_min, year_max, cooldown_seconds, enabled }: Rule) {
  if (category_contains === null && make === null && year_min === null && year_max === null)
    throw invalid([{ pointer: '/category_contains', detail: 'or make, year_min or year_max must be set' }])
  if (year_min !== null && year_max !== null && year_min > year_max)
    throw invalid([{ pointer: '/year_max', detail: 'must not be before year_min' }])
  return {
    name,
    category_contains,
    make: make ?? (category_contains === null ? ANY_MAKE : null),
    year_min,
    year_max,
    cooldown_seconds,
    enabled: Number(enabled),
  }
}

function tooManyRules() {
  return conflict('too_many_alert_rules', `There are ${RULES_MAX} rules already. Delete one first.`)
}

function present({ make, enabled, created_at, deleted_at: _, ...row }: Row): AlertRule {
  const shown = { make: make === ANY_MAKE ? null : make, enabled: enabled === 1 }
  return { ...row, ...shown, created_at: toTimestamp(created_at) }
}
