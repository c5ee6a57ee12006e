import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface DetectionTables extends NoTables {
  detections: {
    id: Generated<number>
    year: number
    make: string
    /** What a filter finds it by. */
    make_key: string
    model: string
    category: string
    source_id: string | null
    detected_at: number
  }
  /** Each part of a category that is a list in text. Bound to its detection by the join alone: a key would cost every insert. */
  detection_categories: { part_key: string; detection_id: number; detected_at: number }
  /** How many there are of each: counting a million rows anew would hold up everybody else. */
  detection_counts: {
    span: 'all' | 'day' | 'hour'
    what: 'make' | 'category'
    /** Of the day or hour, in UTC; 0 for all. */
    start: number
    /** A make as it was written, or the key of a part of categories. */
    name: string
    count: number
  }
  /** Stored, and not counted yet. */
  detection_uncounted: { detection_id: number }
}
