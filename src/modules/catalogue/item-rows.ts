import { notFound } from '../../kit/errors.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { Item } from './schemas.ts'
import type { CatalogueTables } from './tables.ts'

type Sql = TransactionOf<CatalogueTables>
export type ItemRow = NonNullable<Awaited<ReturnType<typeof findItem>>>

export function itemsWithStores(sql: Sql) {
  return sql
    .selectFrom('items')
    .innerJoin('stores', 'stores.id', 'items.store_id')
    .select(['items.id', 'items.external_id', 'items.name', 'items.description', 'items.price_minor'])
    .select(['items.store_id', 'stores.name as store_name', 'stores.currency'])
}

function findItem(sql: Sql, id: number) {
  return itemsWithStores(sql).where('items.id', '=', id).executeTakeFirst()
}

/** Throws `item_not_found`. */
export async function itemOf(sql: Sql, id: number): Promise<Item> {
  const row = await findItem(sql, id)
  if (row === undefined) throw notFound('item')
  const [item] = await presentItems(sql, [row])
  return item as Item
}

export async function presentItems(sql: Sql, rows: ItemRow[]): Promise<Item[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const tags = await sql
    .selectFrom('item_tags')
    .innerJoin('tags', 'tags.id', 'item_tags.tag_id')
    .where('item_tags.item_id', 'in', ids)
    .orderBy('tags.id')
    .select(['tags.id', 'tags.name', 'item_tags.item_id'])
    .execute()

  const tagsByItem = Map.groupBy(tags, ({ item_id }) => item_id)
  return rows.map(({ store_id, store_name, currency, ...item }) => ({
    ...item,
    store: { id: store_id, name: store_name, currency },
    tags: (tagsByItem.get(item.id) ?? []).map(({ id, name }) => ({ id, name })),
  }))
}
