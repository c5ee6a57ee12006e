import { fold } from '../../kit/fold.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { Row } from './recording.ts'
import type { DetectionQuery } from './schemas.ts'
import type { DetectionTables } from './tables.ts'

type Sql = TransactionOf<DetectionTables>

/**
 * A page of rows, begun at the index that its filter has, and read in the order of the answer, so that it costs what it shows:
 * by id, the latest recorded first; asked for by time, by that time.
 */
export async function pageOf<Item>(
  sql: Sql,
  query: DetectionQuery,
  present: (row: Row) => Item,
): Promise<Page<Item>> {
  const isByTime = query.from !== undefined || query.to !== undefined
  const found = isByTime ? byTime(sql, query) : byId(sql, query)
  const ofMake = query.make === undefined ? found : found.where('make_key', '=', fold(query.make))
  const rows = await ofMake
    .limit(query.limit + 1)
    .offset(query.cursor === undefined ? (query.skip ?? 0) : 0)
    .selectAll('detections')
    .execute()
  return toPage(rows, query.limit, present, ({ id, detected_at }) => (isByTime ? [detected_at, id] : [id]))
}

function byId(sql: Sql, { cursor, category }: DetectionQuery) {
  const beforeId =
    cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(decodeCursor(cursor, ['number'])[0])
  if (category === undefined)
    return sql.selectFrom('detections').where('id', '<', beforeId).orderBy('id', 'desc')
  return ofPart(sql, category).where('detection_id', '<', beforeId).orderBy('detection_id', 'desc')
}

function byTime(sql: Sql, query: DetectionQuery) {
  const { category, cursor } = query
  const from = query.from === undefined ? BEGINNING_OF_TIME : Date.parse(query.from)
  const to = query.to === undefined ? END_OF_TIME : Date.parse(query.to)
  const [time, id] =
    cursor === undefined ? [to, 0] : (decodeCursor(cursor, ['number', 'number']) as [number, number])
  if (category === undefined)
    return sql
      .selectFrom('detections')
      .where('detections.detected_at', '>=', from)
      .where('detections.detected_at', '<', to)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('detections.detected_at', 'id'), '<', tuple(time, id)))
      .orderBy('detections.detected_at', 'desc')
      .orderBy('id', 'desc')
  const ofTime = 'detection_categories.detected_at'
  return ofPart(sql, category)
    .where(ofTime, '>=', from)
    .where(ofTime, '<', to)
    .where(({ eb, refTuple, tuple }) => eb(refTuple(ofTime, 'detection_id'), '<', tuple(time, id)))
    .orderBy(ofTime, 'desc')
    .orderBy('detection_id', 'desc')
}

/** What a JavaScript Date can show lies between. */
const [BEGINNING_OF_TIME, END_OF_TIME] = [-8.64e15, 8.64e15]

function ofPart(sql: Sql, category: string) {
  return sql
    .selectFrom('detection_categories')
    .innerJoin('detections', 'detections.id', 'detection_id')
    .where('part_key', '=', fold(category))
}
