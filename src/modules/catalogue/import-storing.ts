import { sql } from 'kysely'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { ChangedItem, ImportPlan, NewItem, PlannedItem } from './import-plan.ts'
import { sortKey } from './names.ts'
import type { CatalogueTables } from './tables.ts'
import { addItemWords, renameItemWords } from './words.ts'

/** Rows of one statement: engines bound its parameters. */
const ROWS_MAX = 500

type Sql = TransactionOf<CatalogueTables>

/** Does what is planned, in few statements: on SQLite everybody else's changes wait for it. */
export async function storeImport(tx: Sql, storeId: number, plan: ImportPlan): Promise<void> {
  await insertTags(tx, storeId, plan.newTags)
  const created = await insertItems(tx, storeId, plan.created)
  await updateItems(tx, plan.changed)
  await addItemWords(tx, created)
  await renameItemWords(
    tx,
    plan.changed.filter(({ isRenamed }) => isRenamed),
  )
  await untag(tx, plan.changed)
  await tag(tx, storeId, [...created, ...plan.changed])
}

async function insertTags(tx: Sql, storeId: number, names: ImportPlan['newTags']): Promise<void> {
  const rows = [...names].map(([name_key, name]) => ({ store_id: storeId, name, name_key }))
  for (const some of inParts(rows)) await tx.insertInto('tags').values(some).execute()
}

/** In the order of the sheet. */
async function insertItems(tx: Sql, storeId: number, items: NewItem[]) {
  const ids = new Map<string | null, number>()
  for (const some of inParts(items)) {
    const rows = some.map(({ external_id, name, description, price_minor }) => {
      return { store_id: storeId, external_id, name, name_key: sortKey(name), description, price_minor }
    })
    const made = await tx.insertInto('items').values(rows).returning(['id', 'external_id']).execute()
    for (const { id, external_id } of made) ids.set(external_id, id)
  }
  return items.map((item) => ({ ...item, id: ids.get(item.external_id) as number }))
}

async function updateItems(tx: Sql, items: ChangedItem[]): Promise<void> {
  for (const some of inParts(items)) {
    const values = some.map(
      ({ id, name, description, price_minor }) =>
        sql`(cast(${id} as bigint), ${name}, ${sortKey(name)}, cast(${description} as text), cast(${price_minor} as bigint))`,
    )
    await sql`
      with changed (id, name, name_key, description, price_minor) as (values ${sql.join(values)})
      update items set name = changed.name, name_key = changed.name_key, description = changed.description,
        price_minor = changed.price_minor
      from changed where changed.id = items.id`.execute(tx)
  }
}

async function untag(tx: Sql, items: ChangedItem[]): Promise<void> {
  const ids = items.flatMap(({ id, tagKeys }) => (tagKeys ? id : []))
  for (const some of inParts(ids)) await tx.deleteFrom('item_tags').where('item_id', 'in', some).execute()
}

async function tag(tx: Sql, storeId: number, items: (PlannedItem & { id: number })[]): Promise<void> {
  const tags = await tx
    .selectFrom('tags')
    .where('store_id', '=', storeId)
    .select(['id', 'name_key'])
    .execute()
  const ids = new Map(tags.map(({ id, name_key }) => [name_key, id]))
  const links = items.flatMap(({ id, tagKeys = [] }) =>
    tagKeys.map((key) => ({ store_id: storeId, item_id: id, tag_id: ids.get(key) as number })),
  )
  for (const some of inParts(links)) await tx.insertInto('item_tags').values(some).execute()
}

function* inParts<Row>(rows: Row[]): Generator<Row[]> {
  for (let from = 0; from < rows.length; from += ROWS_MAX) yield rows.slice(from, from + ROWS_MAX)
}
