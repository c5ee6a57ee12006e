import { type Clock, toTimestamp } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import type { Page } from '../../kit/page.ts'
import {
  type Database,
  type Transaction,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import { partKeysOf } from './category.ts'
import { createCounter } from './counts.ts'
import { pageOf } from './lists.ts'
import { createRecorder, type Recording, type Row } from './recording.ts'
import type { Detection, DetectionQuery, NewDetection, Recorded } from './schemas.ts'
import { createDetectionStats } from './stats.ts'
import type { DetectionTables } from './tables.ts'
import { createUpload } from './upload.ts'

/** A new detection, with what others judge it by as `fold` spells it. */
export interface Detected {
  detection: Detection
  makeKey: string
  categoryKeys: readonly string[]
}

interface Options {
  db: Database
  clock: Clock
  /** In the transaction that stores them; one that was known before is not told again. */
  onDetected: (tx: Transaction, detected: Detected[]) => Promise<void>
  onError: (error: unknown, what: string) => void
}

/** Vehicles as they were seen. They belong to all who are signed in. */
export function createDetections(options: Options) {
  const { clock, onDetected } = options
  const db = tablesOf<DetectionTables>(options.db)
  const counter = createCounter(options)
  const store = createRecorder({ idiom: db.idiom, counter })

  async function recordAndTell(
    tx: TransactionOf<DetectionTables>,
    inputs: NewDetection[],
  ): Promise<Recording[]> {
    const recordings = await store(tx, inputs, clock())
    const detected = recordings.flatMap(({ row, isNew }) => (isNew ? [toDetected(row)] : []))
    if (detected.length > 0) await onDetected(tx, detected)
    return recordings
  }

  function recordAll(inputs: NewDetection[]): Promise<Recorded> {
    return db.write(async (tx) => {
      const recordings = await recordAndTell(tx, inputs)
      const accepted = recordings.filter(({ isNew }) => isNew).length
      const ids = recordings.map(({ row }) => row.id)
      return { accepted, duplicate: recordings.length - accepted, ids }
    }, 'row_locks')
  }

  const record = db.gathered(async (tx, inputs: NewDetection[]) =>
    (await recordAndTell(tx, inputs)).map(({ row, isNew }) => ({ ...present(row), isNew })),
  )

  return {
    /** `isNew` is false when its source_id was known: the answer is the detection that bore it first. */
    record: (input: NewDetection): Promise<Detection & { isNew: boolean }> => record(input),

    recordAll,
    upload: createUpload({ recordAll }),

    /** Newest first: the latest recorded, or where times are asked for, the latest detected. */
    list(query: DetectionQuery): Promise<Page<Detection>> {
      return pageOf(db.read, query, present)
    },

    async get(id: number): Promise<Detection> {
      const row = await db.read.selectFrom('detections').where('id', '=', id).selectAll().executeTakeFirst()
      if (row === undefined) throw notFound('detection')
      return present(row)
    },

    ...createDetectionStats({ ...options, counter }),

    /** When nobody asks any more. */
    close: counter.stop,
  }
}

export type Detections = ReturnType<typeof createDetections>

function toDetected(row: Row): Detected {
  return { detection: present(row), makeKey: row.make_key, categoryKeys: partKeysOf(row.category) }
}

function present({ id, year, make, model, category, source_id, detected_at }: Row): Detection {
  return { id, year, make, model, category, source_id, detected_at: toTimestamp(detected_at) }
}
