import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { CompiledQuery, sql } from 'kysely'
import pg from 'pg'
import type { OpenDatabase } from '../../src/platform/database/index.ts'
import { unreachable } from '../support/engines.ts'
import { openTablesOnPostgres, openTablesOnSqlite, type QueueTables } from '../support/queue-tables.ts'

/** So many that reading them all is dear, and no engine takes a batch for most of them. */
const WAITING = 20_000
const FEW = 20
/** The planner takes a guess at rows that it has not counted, from the size of the table. */
const BODY = JSON.stringify('x'.repeat(500))
/** What a search looks at, twice, is the most that any of them does. */
const VISITED_MAX = 5_000
const BATCH = 100
const REQUEST = { max: BATCH, leaseSeconds: 60, waitSeconds: 0, deliveriesMax: 5 }

/** When the planner last counted: before the queue grew, or after. */
type Analysed = 'never' | 'before' | 'after'

/** Messages in every state, twice: the neighbour's must not be met. */
async function fill({ db }: QueueTables, analysed: Analysed): Promise<void> {
  await insert(db, 'neighbour', WAITING)
  await insert(db, 'full', FEW)
  if (analysed === 'before') await sql`analyze`.execute(db.read)
  await insert(db, 'full', WAITING)
  if (analysed === 'after') await sql`analyze`.execute(db.read)
}

async function insert(db: OpenDatabase, queue: string, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, n) => ({ n }))
  const numbers = db.idiom.rows(rows, { n: 'bigint' })
  for (const [state, heldUntil] of [
    ['waiting', 0],
    ['held', Date.now() + 3_600_000],
    ['dead', 0],
  ] as const) {
    await db.write((tx) =>
      sql`insert into queue_messages (queue, body, state, held_until, deliveries, pushed_at)
        select ${queue}, ${BODY}, ${state}, cast(${heldUntil} as bigint), 0, 0 from ${numbers} as numbers`.execute(
        tx,
      ),
    )
  }
}

/** What producers and consumers do, which must cost the same however many messages there are. */
async function use({ queue }: QueueTables): Promise<void> {
  const messages = Array.from({ length: BATCH }, (_, index) => ({ body: '{}', dedupId: `id-${index % 50}` }))
  await queue.push('full', messages)
  await queue.push('full', [{ body: '{}', ttlSeconds: 60 }])
  const receive = async () => (await queue.receive('full', REQUEST)).map(({ receipt }) => receipt)
  await queue.ack('full', await receive())
  await queue.extend('full', await receive(), 60)
  await queue.nack('full', await receive(), { delaySeconds: 0, reason: 'No.', deliveriesMax: 5 })
  await queue.receive('full', { ...REQUEST, leaseSeconds: 0 })
  await queue.push('soon', [{ body: '{}', delaySeconds: 0.05 }])
  await queue.receive('soon', { ...REQUEST, waitSeconds: 5 })
}

/** Pages are for people, who may wait until the planner has counted again. */
async function look({ inspection }: QueueTables): Promise<void> {
  for (const contains of [null, 'x'])
    for (const state of ['waiting', 'dead'] as const)
      await inspection?.browse('full', { state, limit: BATCH, after: null, contains })
}

test('on SQLite no statement walks through the messages, and no change sorts them', async (t) => {
  const tables = await openTablesOnSqlite()
  t.after(() => tables.close())
  await fill(tables, 'never')
  const { mock } = t.mock.method(DatabaseSync.prototype, 'prepare')
  await use(tables)
  await look(tables)
  const texts = mock.calls.map((call) => call.arguments[0]).filter((text) => text.includes('queue_messages'))
  mock.restore()

  assert.ok(texts.length > 6, `${texts.length} statements were seen`)
  for (const text of texts) {
    const explain = CompiledQuery.raw(`explain query plan ${text}`)
    const { rows } = await tables.db.read.executeQuery<{ detail: string }>(explain)
    const plan = rows.map(({ detail }) => detail).join('\n')
    assert.doesNotMatch(plan, /SCAN queue_messages/, `${text}\n${plan}`)
    if (/^\s*(update|delete)/.test(text)) assert.doesNotMatch(plan, /ORDER BY/, `${text}\n${plan}`)
    assert.doesNotMatch(plan, /\(queue=\?\)(?!.*\bid>|[\s\S]*)$/, `${text}\n${plan}`)
  }
})

const withoutPostgres = await unreachable('postgres')

const plannings = (['never', 'before', 'after'] as const).flatMap((analysed) =>
  (['force_custom_plan', 'force_generic_plan'] as const).map((mode) => ({ analysed, mode })),
)
for (const { analysed, mode } of plannings) {
  test(`on PostgreSQL no statement visits more than its own rows (analysed ${analysed}, ${mode})`, {
    skip: withoutPostgres,
  }, async (t) => {
    const tables = await openTablesOnPostgres()
    t.after(() => tables.close())
    await fill(tables, analysed)
    const { mock } = t.mock.method(pg.Client.prototype, 'query')
    await use(tables)
    if (analysed === 'after') await look(tables)
    const statements = statementsIn(mock.calls.map((call) => call.arguments[0]))
    mock.restore()

    assert.ok(statements.length > 6, `${statements.length} statements were seen`)
    for (const statement of statements) {
      const plan = await planOf(tables, statement, mode)
      const scans = scansIn(plan)
      const told = `${statement.text}\n${JSON.stringify(scans, null, 2)}`
      assert.ok(
        scans.every((scan) => scan['Node Type'] !== 'Seq Scan'),
        told,
      )
      const visited = scans.reduce((sum, scan) => sum + visitedBy(scan), 0)
      assert.ok(visited <= VISITED_MAX, `${visited} rows: ${told}`)
    }
  })
}

interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: PlanNode[]
}

interface Statement {
  text: string
  values: unknown[]
  /** The change has asked for it before. */
  alongIndexes: boolean
}

/** Those about messages, each text once, as it was first used. */
function statementsIn(queries: unknown[]): Statement[] {
  const statements = new Map<string, Statement>()
  let alongIndexes = false
  for (const query of queries) {
    const { text = String(query), values = [] } = query as { text?: string; values?: unknown[] }
    if (text.startsWith('begin')) alongIndexes = false
    if (text.includes('enable_bitmapscan')) alongIndexes = true
    if (text.includes('queue_messages') && !statements.has(text))
      statements.set(text, { text, values, alongIndexes })
  }
  return [...statements.values()]
}

/** As it runs with these values. */
function planOf(
  { db }: QueueTables,
  { text, values, alongIndexes }: Statement,
  mode: string,
): Promise<PlanNode> {
  const literals = values.map((value) =>
    typeof value === 'string' ? pg.escapeLiteral(value) : String(value),
  )
  return db.write(async (tx) => {
    if (alongIndexes) await db.idiom.alongIndexes(tx)
    await sql.raw(`prepare probe as ${text}`).execute(tx)
    await sql.raw(`set local plan_cache_mode = ${mode}`).execute(tx)
    const explain = sql.raw(`explain (analyze, format json) execute probe(${literals.join(', ')})`)
    const { rows } = (await explain.execute(tx)) as { rows: { 'QUERY PLAN': [{ Plan: PlanNode }] }[] }
    await sql`deallocate probe`.execute(tx)
    const [row] = rows
    assert.ok(row)
    return row['QUERY PLAN'][0].Plan
  }, 'row_locks')
}

function scansIn(plan: PlanNode): PlanNode[] {
  const { Plans = [], ...node } = plan
  const own = node['Relation Name'] === 'queue_messages' && /Scan/.test(node['Node Type']) ? [node] : []
  return [...own, ...Plans.flatMap(scansIn)]
}

function visitedBy(scan: PlanNode): number {
  return (scan['Actual Rows'] + (scan['Rows Removed by Filter'] ?? 0)) * scan['Actual Loops']
}
