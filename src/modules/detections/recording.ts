import { type Selectable, sql } from 'kysely'
import { fold } from '../../kit/fold.ts'
import { type Idiom, rowsQuery, type TransactionOf } from '../../platform/database/index.ts'
import { partKeysOf } from './category.ts'
import type { Counter } from './counts.ts'
import type { NewDetection } from './schemas.ts'
import type { DetectionTables } from './tables.ts'

type Tx = TransactionOf<DetectionTables>
export type Row = Selectable<DetectionTables['detections']>
type NewRow = Omit<Row, 'id'>
type Part = DetectionTables['detection_categories']

/** What became of one input: a row of its own, or the one that bore its source_id before. */
export interface Recording {
  row: Row
  isNew: boolean
}

/** Stores detections and what they are found and counted by. */
export function createRecorder({ idiom, counter }: { idiom: Idiom; counter: Counter }) {
  const insertUnknown = createInsert(idiom)
  const insertParts = createPartsInsert(idiom)

  /** In the order of the inputs. */
  return async function store(tx: Tx, inputs: NewDetection[], now: number): Promise<Recording[]> {
    const wanted = inputs.map((input) => toRow(input, now))
    const fresh = (await insertUnknown(tx, wanted)).sort((a, b) => a.id - b.id)
    const known = fresh.length === wanted.length ? [] : await findBySource(tx, wanted)
    const recordings = inOrderOf(wanted, fresh, known)
    const stored = recordings.flatMap(({ row, isNew }) => (isNew ? row : []))
    if (stored.length > 0) {
      await insertParts(tx, partsOf(stored))
      await counter.note(
        tx,
        stored.map(({ id }) => id),
      )
    }
    return recordings
  }
}

type Fresh = Pick<Row, 'id' | 'source_id'>

function createInsert(idiom: Idiom) {
  const columns = {
    year: 'bigint',
    make: 'text',
    make_key: 'text',
    model: 'text',
    category: 'text',
    source_id: 'text',
    detected_at: 'bigint',
  } as const
  return rowsQuery<NewRow, Fresh>(
    idiom,
    columns,
    (given) => sql`
      insert into detections (year, make, make_key, model, category, source_id, detected_at)
      select year, make, make_key, model, category, source_id, detected_at from ${given} as given
      where true
      on conflict (source_id) do nothing
      returning id, source_id`,
  )
}

function createPartsInsert(idiom: Idiom) {
  const columns = { part_key: 'text', detection_id: 'bigint', detected_at: 'bigint' } as const
  return rowsQuery<Part, never>(
    idiom,
    columns,
    (given) => sql`
      insert into detection_categories (part_key, detection_id, detected_at)
      select part_key, detection_id, detected_at from ${given} as given`,
  )
}

function toRow(input: NewDetection, now: number): NewRow {
  const { year, make, model, category, source_id = null, detected_at } = input
  const detectedAt = detected_at === undefined ? now : Date.parse(detected_at)
  return { year, make, make_key: fold(make), model, category, source_id, detected_at: detectedAt }
}

function findBySource(tx: Tx, wanted: NewRow[]): Promise<Row[]> {
  const sources = wanted.flatMap(({ source_id }) => source_id ?? [])
  return tx.selectFrom('detections').where('source_id', 'in', sources).selectAll().execute()
}

function partsOf(rows: Row[]): Part[] {
  return rows.flatMap(({ id, category, detected_at }) =>
    partKeysOf(category).map((part_key) => ({ part_key, detection_id: id, detected_at })),
  )
}

/** Engines number the rows of one statement in their order, so rows without a source_id are told apart by it. */
function inOrderOf(wanted: NewRow[], fresh: Fresh[], known: Row[]): Recording[] {
  const unnamed = fresh.filter(({ source_id }) => source_id === null).values()
  const ids = new Map(fresh.map(({ source_id, id }) => [source_id, id]))
  const bySource = new Map(known.map((row) => [row.source_id, row]))
  return wanted.map((row) => {
    const { source_id } = row
    const id = source_id === null ? unnamed.next().value?.id : ids.get(source_id)
    const before = source_id === null || id !== undefined ? undefined : bySource.get(source_id)
    if (before !== undefined) return { row: before, isNew: false }
    if (id === undefined) throw new Error('A detection was neither stored nor known.')
    // Whoever bears the same name further on is this one again.
    ids.delete(source_id)
    const made = { id, ...row }
    bySource.set(source_id, made)
    return { row: made, isNew: true }
  })
}
