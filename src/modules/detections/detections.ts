import { type Clock, toTimestamp } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import { fold } from '../../kit/fold.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import {
  type Database,
  type Transaction,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import { createRecorder, partKeysOf, type Recording, type Row } from './recording.ts'
import type { Detection, DetectionQuery, MakeCounts, NewDetection, Recorded } from './schemas.ts'
import type { DetectionTables } from './tables.ts'

/** A new detection, with what others judge it by as `fold` spells it. */
export interface Detected {
  detection: Detection
  makeKey: string
  categoryKeys: string[]
}

interface Options {
  db: Database
  clock: Clock
  /** In the transaction that stores them; one that was known before is not told again. */
  onDetected: (tx: Transaction, detected: Detected[]) => Promise<void>
}

/** A producer can invent makes without end; an answer ends. */
const MAKES_MAX = 1000

/** Vehicles as they were seen. They belong to all who are signed in. */
export function createDetections(options: Options) {
  const { clock, onDetected } = options
  const db = tablesOf<DetectionTables>(options.db)
  const store = createRecorder()

  async function recordAndTell(
    tx: TransactionOf<DetectionTables>,
    inputs: NewDetection[],
  ): Promise<Recording[]> {
    const recordings = await store(tx, inputs, clock())
    const detected = recordings.flatMap(({ row, isNew }) => (isNew ? [toDetected(row)] : []))
    if (detected.length > 0) await onDetected(tx, detected)
    return recordings
  }

  return {
    /** `isNew` is false when its source_id was known: the answer is the detection that bore it first. */
    async record(input: NewDetection): Promise<Detection & { isNew: boolean }> {
      return db.write(async (tx) => {
        const [recording] = (await recordAndTell(tx, [input])) as [Recording]
        return { ...present(recording.row), isNew: recording.isNew }
      }, 'row_locks')
    },

    async recordAll(inputs: NewDetection[]): Promise<Recorded> {
      return db.write(async (tx) => {
        const recordings = await recordAndTell(tx, inputs)
        const accepted = recordings.filter(({ isNew }) => isNew).length
        const ids = recordings.map(({ row }) => row.id)
        return { accepted, duplicate: recordings.length - accepted, ids }
      }, 'row_locks')
    },

    /** Newest first. */
    async list(query: DetectionQuery): Promise<Page<Detection>> {
      const rows = await select(db.read, query)
      return toPage(rows, query.limit, present, (row) => [row.id])
    },

    async get(id: number): Promise<Detection> {
      const row = await db.read.selectFrom('detections').where('id', '=', id).selectAll().executeTakeFirst()
      if (row === undefined) throw notFound('detection')
      return present(row)
    },

    /** The most frequent first. */
    async countByMake(): Promise<MakeCounts> {
      const counts = db.read.selectFrom('detection_makes').orderBy('count', 'desc').orderBy('make')
      return { items: await counts.limit(MAKES_MAX).selectAll().execute() }
    },
  }
}

export type Detections = ReturnType<typeof createDetections>

/** One row more than the page has. */
function select(sql: TransactionOf<DetectionTables>, query: DetectionQuery): Promise<Row[]> {
  const { limit, cursor, make, category } = query
  const beforeId =
    cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(cursor, ['number'])[0])
  const skip = cursor === undefined ? (query.skip ?? 0) : 0
  const older = category === undefined ? ofAny(sql, beforeId) : ofPart(sql, beforeId, category)
  const found = make === undefined ? older : older.where('make_key', '=', fold(make))
  return found
    .limit(limit + 1)
    .offset(skip)
    .selectAll('detections')
    .execute()
}

function ofAny(sql: TransactionOf<DetectionTables>, beforeId: number) {
  return sql.selectFrom('detections').where('id', '<', beforeId).orderBy('id', 'desc')
}

/** Begins at the parts and goes through them in the order of the answer, so that a page costs what it shows. */
function ofPart(sql: TransactionOf<DetectionTables>, beforeId: number, category: string) {
  return sql
    .selectFrom('detection_categories')
    .innerJoin('detections', 'detections.id', 'detection_id')
    .where('part_key', '=', fold(category))
    .where('detection_id', '<', beforeId)
    .orderBy('detection_id', 'desc')
}

function toDetected(row: Row): Detected {
  return { detection: present(row), makeKey: row.make_key, categoryKeys: partKeysOf(row.category) }
}

function present({ id, year, make, model, category, source_id, detected_at }: Row): Detection {
  return { id, year, make, model, category, source_id, detected_at: toTimestamp(detected_at) }
}
