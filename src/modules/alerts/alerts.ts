import { type Selectable, sql } from 'kysely'
import { type Clock, toTimestamp } from '../../kit/clock.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import type { Bus } from '../../platform/bus/index.ts'
import {
  afterCommit,
  type Database,
  type Idiom,
  inTablesOf,
  keptQuery,
  rowsQuery,
  type Transaction,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import type { Condition, Conditions, Detected } from './conditions.ts'
import type { Cooldowns, Match } from './cooldowns.ts'
import { holdNumbering, takeNumbers } from './numbering.ts'
import type { Alert, AlertFilter } from './schemas.ts'
import type { AlertTables } from './tables.ts'

type Row = Selectable<AlertTables['alerts']>

/** Poked when there are new alerts. */
export const TOPIC = 'alerts'

/** An alert, with what a filter finds it by besides. */
export interface Found {
  alert: Alert
  makeKey: string
}

/** Both ends included. */
export interface IdRange {
  from: number
  to: number
}

interface Options {
  db: Database
  bus: Bus
  clock: Clock
  conditions: Conditions
  cooldowns: Cooldowns
  /** In the transaction that raises these, which follow one another without a hole. */
  onRaised: (tx: Transaction, ids: IdRange) => Promise<void>
}

export function createAlerts(options: Options) {
  const { bus, clock, conditions, cooldowns, onRaised } = options
  const db = tablesOf<AlertTables>(options.db)
  const insert = createAlertInsert(db.idiom)
  const counter = keptQuery((sql: TransactionOf<AlertTables>, _values: Record<string, never>) =>
    sql.selectFrom('alert_counter').select('last_id').compile(),
  )

  /** Held from here to the end of the transaction, so that two detections at once do not both end the same cool-down. */
  async function admitted(tx: TransactionOf<AlertTables>, matches: Match[]): Promise<Match[]> {
    if (matches.every(({ condition }) => condition.cooldownSeconds === 0)) return matches
    await holdNumbering(tx)
    return cooldowns.admit(tx, matches)
  }

  return {
    /** One alert for each rule that a detection meets, unless in its cool-down, in the detection's own transaction. */
    async raise(tx: Transaction, detected: Detected[]): Promise<void> {
      const tables = inTablesOf<AlertTables>(tx)
      const matches = await admitted(tables, matchesOf(detected, await conditions.current(tables)))
      if (matches.length === 0) return
      const firstId = await takeNumbers(tables, matches.length)
      const rows = matches.map((match, index) => toRow(match, firstId + index, clock()))
      await insert(tables, rows)
      await onRaised(tx, { from: firstId, to: firstId + rows.length - 1 })
      afterCommit(tx, () => bus.publish(TOPIC))
    },

    /** Newest first. */
    async list(query: { limit: number; cursor?: string }, filter: AlertFilter = {}): Promise<Page<Alert>> {
      let all = withRules(db.read).orderBy('alerts.id', 'desc')
      if (query.cursor !== undefined)
        all = all.where('alerts.id', '<', decodeCursor(query.cursor, ['number'])[0] as number)
      if (filter.ruleId !== undefined)
        all = all.where('alerts.rule_id', '=', filter.ruleId).where('alert_rules.id', 'is not', null)
      if (filter.makeKey !== undefined) all = all.where('make_key', '=', filter.makeKey)
      const rows = await all.limit(query.limit + 1).execute()
      return toPage(rows, query.limit, present, (row) => [row.id])
    },

    /** The id of the latest alert, purged or not; 0 when there never was one. */
    async lastId(): Promise<number> {
      const [row] = await counter(db.read, {})
      if (row === undefined) throw new Error('The counter of alerts is missing.')
      return row.last_id
    },

    /** Oldest first. */
    async after(id: number, limit: number): Promise<Found[]> {
      const rows = withRules(db.read).where('alerts.id', '>', id).orderBy('alerts.id').limit(limit)
      return (await rows.execute()).map((row) => ({ alert: present(row), makeKey: row.make_key }))
    },
  }
}

export type Alerts = ReturnType<typeof createAlerts>

/** With the id of their rule, unless it is gone: to take it from a million rows would hold up everybody else. */
function withRules(sql: TransactionOf<AlertTables>) {
  return sql
    .selectFrom('alerts')
    .leftJoin('alert_rules', (join) =>
      join.onRef('alert_rules.id', '=', 'alerts.rule_id').on('alert_rules.deleted_at', 'is', null),
    )
    .select(['alerts.id', 'alert_rules.id as rule_id', 'alerts.rule', 'alerts.detection_id'])
    .select(['alerts.detection', 'alerts.created_at', 'alerts.make_key'])
}

function matchesOf(detected: Detected[], conditions: Condition[]): Match[] {
  return detected.flatMap((seen) =>
    conditions.filter((condition) => condition.meets(seen)).map((condition) => ({ condition, seen })),
  )
}

function toRow({ condition, seen }: Match, id: number, now: number): Row {
  const { ruleId: rule_id, rule } = condition
  const { detection, makeKey: make_key } = seen
  const told = { detection_id: detection.id, detection: JSON.stringify(detection) }
  return { id, rule_id, rule, ...told, created_at: now, make_key }
}

/** A rule may have been deleted since it was matched; while the numbering is held, it can no longer be. */
function createAlertInsert(idiom: Idiom) {
  const columns = {
    id: 'bigint',
    rule_id: 'bigint',
    rule: 'text',
    detection_id: 'bigint',
    detection: 'text',
    created_at: 'bigint',
    make_key: 'text',
  } as const
  return rowsQuery<Row, never>(
    idiom,
    columns,
    (given) => sql`
      insert into alerts (id, rule_id, rule, detection_id, detection, created_at, make_key)
      select given.id, alert_rules.id, rule, detection_id, detection, given.created_at, make_key
      from ${given} as given
      left join alert_rules on alert_rules.id = given.rule_id and deleted_at is null
      order by given.id`,
  )
}

function present({ id, rule_id, rule, detection, created_at }: Row): Alert {
  return {
    id,
    rule_id,
    rule,
    detection: JSON.parse(detection) as object,
    created_at: toTimestamp(created_at),
  }
}
