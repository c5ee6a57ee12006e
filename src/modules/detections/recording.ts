import { type Insertable, type Selectable, sql } from 'kysely'
import { fold } from '../../kit/fold.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { NewDetection } from './schemas.ts'
import type { DetectionTables } from './tables.ts'

export type Row = Selectable<DetectionTables['detections']>
type NewRow = Insertable<DetectionTables['detections']>

/** What became of one input: a row of its own, or the one that bore its source_id before. */
export interface Recording {
  row: Row
  isNew: boolean
}

/** Rows of one statement; a list of categories in text can be long, and engines bound the parameters of a statement. */
const CATEGORY_ROWS_MAX = 1000

/** In the order of the inputs. */
export async function recordRows(
  tx: TransactionOf<DetectionTables>,
  inputs: NewDetection[],
  now: number,
): Promise<Recording[]> {
  const wanted = inputs.map((input) => toRow(input, now))
  const fresh = await insertUnknown(tx, wanted)
  const known = fresh.length === wanted.length ? [] : await findBySource(tx, wanted)
  if (fresh.length > 0) {
    await insertCategories(tx, fresh)
    await countMakes(tx, fresh)
  }
  return inOrderOf(wanted, fresh, known)
}

function toRow(input: NewDetection, now: number): NewRow {
  const { year, make, model, category, source_id = null, detected_at } = input
  const detectedAt = detected_at === undefined ? now : Date.parse(detected_at)
  return { year, make, make_key: fold(make), model, category, source_id, detected_at: detectedAt }
}

async function insertUnknown(tx: TransactionOf<DetectionTables>, wanted: NewRow[]): Promise<Row[]> {
  const inserted = tx
    .insertInto('detections')
    .values(wanted)
    .onConflict((clash) => clash.column('source_id').doNothing())
    .returningAll()
  return (await inserted.execute()).sort((a, b) => a.id - b.id)
}

function findBySource(tx: TransactionOf<DetectionTables>, wanted: NewRow[]): Promise<Row[]> {
  const sources = wanted.flatMap(({ source_id }) => source_id ?? [])
  return tx.selectFrom('detections').where('source_id', 'in', sources).selectAll().execute()
}

async function insertCategories(tx: TransactionOf<DetectionTables>, rows: Row[]): Promise<void> {
  const parts = rows.flatMap(({ id, category }) =>
    partKeysOf(category).map((part_key) => ({ part_key, detection_id: id })),
  )
  for (let from = 0; from < parts.length; from += CATEGORY_ROWS_MAX) {
    const some = parts.slice(from, from + CATEGORY_ROWS_MAX)
    await tx.insertInto('detection_categories').values(some).execute()
  }
}

/** In the order of their names: two transactions that count the same makes wait for each other, but never in a circle. */
async function countMakes(tx: TransactionOf<DetectionTables>, rows: Row[]): Promise<void> {
  const byMake = Map.groupBy(rows, ({ make }) => make)
  const counts = [...byMake].map(([make, of]) => ({ make, count: of.length }))
  counts.sort((a, b) => (a.make < b.make ? -1 : 1))
  await tx
    .insertInto('detection_makes')
    .values(counts)
    .onConflict((clash) =>
      clash.column('make').doUpdateSet(({ ref }) => ({
        count: sql<number>`${ref('detection_makes.count')} + ${ref('excluded.count')}`,
      })),
    )
    .execute()
}

/** `SUV, Wagon` -> `suv`, `wagon`. */
export function partKeysOf(category: string): string[] {
  const keys = category.split(',').map(fold)
  return [...new Set(keys)].filter((key) => key !== '')
}

/** Engines number the rows of one statement in the order of its values, so rows without a source_id are told apart by it. */
function inOrderOf(wanted: NewRow[], fresh: Row[], known: Row[]): Recording[] {
  const unnamed = fresh.filter(({ source_id }) => source_id === null).values()
  const bySource = new Map([...known, ...fresh].map((row) => [row.source_id, row]))
  const unclaimed = new Set(fresh.map(({ id }) => id))
  return wanted.map(({ source_id }) => {
    const row = source_id == null ? unnamed.next().value : bySource.get(source_id)
    if (row === undefined) throw new Error('A detection was neither stored nor known.')
    return { row, isNew: unclaimed.delete(row.id) }
  })
}
