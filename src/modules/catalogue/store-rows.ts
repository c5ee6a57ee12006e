import { notFound } from '../../kit/errors.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { Store } from './schemas.ts'
import type { CatalogueTables } from './tables.ts'
import type { StoreRow } from './turns.ts'

type Sql = TransactionOf<CatalogueTables>

/** Throws `store_not_found`. */
export async function storeOf(sql: Sql, id: number): Promise<StoreRow> {
  const row = await sql.selectFrom('stores').where('id', '=', id).selectAll().executeTakeFirst()
  if (row === undefined) throw notFound('store')
  return row
}

export async function presentStore(sql: Sql, row: StoreRow): Promise<Store> {
  const [store] = await presentStores(sql, [row])
  return store as Store
}

export async function presentStores(sql: Sql, rows: StoreRow[]): Promise<Store[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const itemsOfStores = sql.selectFrom('items').where('store_id', 'in', ids).orderBy('id')
  const items = await itemsOfStores.select(['id', 'name', 'price_minor', 'store_id']).execute()
  const tagsOfStores = sql.selectFrom('tags').where('store_id', 'in', ids).orderBy('id')
  const tags = await tagsOfStores.select(['id', 'name', 'store_id']).execute()

  const itemsByStore = Map.groupBy(items, ({ store_id }) => store_id)
  const tagsByStore = Map.groupBy(tags, ({ store_id }) => store_id)
  return rows.map(({ id, name, currency }) => ({
    id,
    name,
    currency,
    items: (itemsByStore.get(id) ?? []).map(({ id, name, price_minor }) => ({ id, name, price_minor })),
    tags: (tagsByStore.get(id) ?? []).map(({ id, name }) => ({ id, name })),
  }))
}

/** At most so many of its items. */
export async function priceListOf(sql: Sql, id: number, itemsMax: number) {
  const { owner_id, name, currency } = await storeOf(sql, id)
  const first = sql.selectFrom('items').where('store_id', '=', id).orderBy('id').limit(itemsMax)
  const items = await first.selectAll().execute()
  const links = sql.selectFrom('item_tags').innerJoin('tags', 'tags.id', 'item_tags.tag_id')
  const tags = await links
    .where('tags.store_id', '=', id)
    .select(['item_id', 'name'])
    .orderBy('tags.id')
    .execute()
  const tagsByItem = Map.groupBy(tags, ({ item_id }) => item_id)
  return {
    ownerId: owner_id,
    store: { name, currency },
    items: items.map(({ id, name, description, price_minor }) => {
      return { name, description, price_minor, tags: (tagsByItem.get(id) ?? []).map((tag) => tag.name) }
    }),
  }
}
