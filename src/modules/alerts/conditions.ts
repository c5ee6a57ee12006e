import type { Selectable } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import { fold } from '../../kit/fold.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { AlertTables } from './tables.ts'

/** A new detection, with what rules ask for as `fold` spells it. */
export interface Detected {
  detection: { id: number; year: number; model: string }
  makeKey: string
  categoryKeys: readonly string[]
}

/** A rule, ready to be held against detections. */
export interface Condition {
  ruleId: number
  rule: string
  cooldownSeconds: number
  meets(seen: Detected): boolean
}

/** Stands for a make where none is asked for; no make is empty. */
export const ANY_MAKE = ''

const TOPIC = 'alert-rules'
/** After this long rules are read again: another process may have changed them, and its poke may be lost. */
const TRUSTED_MS = 500

/** The rules as they stand, kept at hand: they are asked for by every detection and change once a month. */
export function createConditions({ bus, clock }: { bus: Bus; clock: Clock }) {
  let kept: { conditions: Condition[]; readAt: number } | null = null
  let changes = 0
  bus.subscribe(TOPIC, forget)

  function forget(): void {
    kept = null
    changes += 1
  }

  return {
    async current(tx: TransactionOf<AlertTables>): Promise<Condition[]> {
      const now = clock()
      if (kept !== null && now - kept.readAt < TRUSTED_MS && now >= kept.readAt) return kept.conditions
      const seenChanges = changes
      const enabled = tx.selectFrom('alert_rules').where('enabled', '=', 1).where('deleted_at', 'is', null)
      const rules = await enabled.selectAll().orderBy('id').execute()
      const conditions = rules.map(toCondition)
      // What changed meanwhile may not be in what was read.
      if (seenChanges === changes) kept = { conditions, readAt: now }
      return conditions
    },

    /** Here they count at once, elsewhere as soon as it is told. */
    changed(): void {
      forget()
      bus.publish(TOPIC)
    },
  }
}

export type Conditions = ReturnType<typeof createConditions>

function toCondition(rule: Selectable<AlertTables['alert_rules']>): Condition {
  const part = rule.category_contains === null ? null : fold(rule.category_contains)
  const wantedMake = rule.make === null || rule.make === ANY_MAKE ? null : fold(rule.make)
  const { year_min: yearMin, year_max: yearMax } = rule
  return {
    ruleId: rule.id,
    rule: rule.name,
    cooldownSeconds: rule.cooldown_seconds,
    meets: ({ categoryKeys, makeKey, detection: { year } }) =>
      (part === null || categoryKeys.includes(part)) &&
      (wantedMake === null || wantedMake === makeKey) &&
      (yearMin === null || year >= yearMin) &&
      (yearMax === null || year <= yearMax),
  }
}
