import type { Selectable } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import { fold } from '../../kit/fold.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { AlertTables } from './tables.ts'

/** A new detection, with what rules ask for as `fold` spells it. */
export interface Detected {
  detection: { id: number }
  makeKey: string
  categoryKeys: string[]
}

/** A rule, ready to be held against detections. */
export interface Condition {
  ruleId: number
  rule: string
  meets(seen: Detected): boolean
}

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
      const rules = await tx.selectFrom('alert_rules').selectAll().orderBy('id').execute()
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

function toCondition({
  id,
  name,
  category_contains,
  make,
}: Selectable<AlertTables['alert_rules']>): Condition {
  const part = category_contains === null ? null : fold(category_contains)
  const wantedMake = make === null ? null : fold(make)
  return {
    ruleId: id,
    rule: name,
    meets: ({ categoryKeys, makeKey }) =>
      (part === null || categoryKeys.includes(part)) && (wantedMake === null || wantedMake === makeKey),
  }
}
