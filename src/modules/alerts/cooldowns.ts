import { sql } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import { fold } from '../../kit/fold.ts'
import {
  type Database,
  type Idiom,
  rowsQuery,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import type { Condition, Detected } from './conditions.ts'
import { COOLDOWN_SECONDS_MAX } from './schemas.ts'
import type { AlertTables } from './tables.ts'

type Tx = TransactionOf<AlertTables>
type Row = AlertTables['alert_cooldowns']

/** A rule that a detection meets. */
export interface Match {
  condition: Condition
  seen: Detected
}

/**
 * After an alert of a rule, there is no other one of it for the same make and model, their case apart, until its cool-down is
 * over: `cooldown_seconds` from when that alert was raised, by our clock. One that was set back does not lengthen it.
 */
export function createCooldowns(options: { db: Database; clock: Clock }) {
  const db = tablesOf<AlertTables>(options.db)
  const { clock } = options
  const remember = createRemembering(db.idiom)

  async function lastAlerts(tx: Tx, matches: Match[]): Promise<Map<string, number>> {
    const last = new Map<string, number>()
    for (const [rule_id, of] of Map.groupBy(matches, ({ condition }) => condition.ruleId)) {
      const makes = [...new Set(of.map(({ seen }) => seen.makeKey))]
      const rows = await tx
        .selectFrom('alert_cooldowns')
        .where('rule_id', '=', rule_id)
        .where('make_key', 'in', makes)
        .selectAll()
        .execute()
      for (const row of rows) last.set(keyOf(row), row.alerted_at)
    }
    return last
  }

  return {
    /** Those that may alert, which are taken to do so. For whoever holds the numbering: then nobody else decides meanwhile. */
    async admit(tx: Tx, matches: Match[]): Promise<Match[]> {
      const now = clock()
      const last = await lastAlerts(
        tx,
        matches.filter(({ condition }) => condition.cooldownSeconds > 0),
      )
      const begun = new Map<string, Row>()
      const admitted = matches.filter(({ condition: { ruleId, cooldownSeconds }, seen }) => {
        if (cooldownSeconds === 0) return true
        const row = { rule_id: ruleId, make_key: seen.makeKey, model_key: fold(seen.detection.model) }
        const since = now - (last.get(keyOf(row)) ?? Number.NEGATIVE_INFINITY)
        if (begun.has(keyOf(row)) || (since >= 0 && since < cooldownSeconds * 1000)) return false
        begun.set(keyOf(row), { ...row, alerted_at: now })
        return true
      })
      if (begun.size > 0) await remember(tx, [...begun.values()])
      return admitted
    },

    /** What no cool-down can ask for any more. */
    async purge(): Promise<void> {
      const outdated = clock() - COOLDOWN_SECONDS_MAX * 1000
      await db.write((tx) => tx.deleteFrom('alert_cooldowns').where('alerted_at', '<', outdated).execute())
    },
  }
}

export type Cooldowns = ReturnType<typeof createCooldowns>

function createRemembering(idiom: Idiom) {
  const columns = { rule_id: 'bigint', make_key: 'text', model_key: 'text', alerted_at: 'bigint' } as const
  return rowsQuery<Row, never>(
    idiom,
    columns,
    (given) => sql`
      insert into alert_cooldowns (rule_id, make_key, model_key, alerted_at)
      select rule_id, make_key, model_key, alerted_at from ${given} as given
      where true
      on conflict (rule_id, make_key, model_key) do update set alerted_at = excluded.alerted_at`,
  )
}

function keyOf({ rule_id, make_key, model_key }: Omit<Row, 'alerted_at'>): string {
  return JSON.stringify([rule_id, make_key, model_key])
}
