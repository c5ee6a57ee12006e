import type { Insertable, Selectable } from 'kysely'
import { fold } from '../../kit/fold.ts'
import { rowInsert, type TransactionOf } from '../../platform/database/index.ts'
import { partKeysOf } from './category.ts'
import type { Counter } from './counts.ts'
import type { NewDetection } from './schemas.ts'
import type { DetectionTables } from './tables.ts'

type Tx = TransactionOf<DetectionTables>
export type Row = Selectable<DetectionTables['detections']>
type NewRow = Insertable<DetectionTables['detections']>
type Part = DetectionTables['detection_categories']

/** What became of one input: a row of its own, or the one that bore its source_id before. */
export interface Recording {
  row: Row
  isNew: boolean
}

/** Parts of categories in one statement; engines bound its parameters. */
const PARTS_MAX = 1000

/** Stores detections and what they are found and counted by. */
export function createRecorder(counter: Counter) {
  const insertUnknown = rowInsert((tx: Tx, rows: NewRow[]) =>
    tx
      .insertInto('detections')
      .values(rows)
      .onConflict((clash) => clash.column('source_id').doNothing())
      .returningAll(),
  )
  const insertParts = rowInsert((tx: Tx, parts: Part[]) =>
    tx.insertInto('detection_categories').values(parts),
  )

  /** In the order of the inputs. */
  return async function store(tx: Tx, inputs: NewDetection[], now: number): Promise<Recording[]> {
    const wanted = inputs.map((input) => toRow(input, now))
    const fresh = (await insertUnknown(tx, wanted)).sort((a, b) => a.id - b.id)
    const known = fresh.length === wanted.length ? [] : await findBySource(tx, wanted)
    const parts = partsOf(fresh)
    for (let from = 0; from < parts.length; from += PARTS_MAX)
      await insertParts(tx, parts.slice(from, from + PARTS_MAX))
    const ids = fresh.map(({ id }) => id)
    if (ids.length > 0) await counter.note(tx, ids)
    return inOrderOf(wanted, fresh, known)
  }
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
