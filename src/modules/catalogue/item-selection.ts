import { type RawBuilder, sql } from 'kysely'
import { createKeyset } from '../../platform/database/index.ts'
import { nameKey, sortKey } from './names.ts'
import type { Item, ItemQuery } from './schemas.ts'
import { namedLike } from './words.ts'

/** Each two indexes: of all items, and of one store's. */
export const keyset = createKeyset({
  id: { columns: ['items.id'], shape: ['number'], placeOf: ({ id }: Item) => [id] },
  name: {
    columns: ['items.name_key', 'items.id'],
    shape: ['string', 'number'],
    placeOf: ({ name, id }) => [sortKey(name), id],
  },
  price_minor: {
    columns: ['items.price_minor', 'items.id'],
    shape: ['number', 'number'],
    placeOf: ({ price_minor, id }) => [price_minor, id],
  },
})

/** Which items: what stands behind `where`, if anything. */
export function conditionsOf(list: ItemQuery): RawBuilder<boolean>[] {
  const { q, tag, store_id, price_min, price_max } = list
  const conditions = [...keyset.behindCursor(list), ...(q === undefined ? [] : namedLike('item', q))]
  if (store_id !== undefined) conditions.push(sql`items.store_id = ${store_id}`)
  if (price_min !== undefined) conditions.push(sql`items.price_minor >= ${price_min}`)
  if (price_max !== undefined) conditions.push(sql`items.price_minor <= ${price_max}`)
  if (tag !== undefined) conditions.push(taggedAs(tag, store_id))
  return conditions
}

function taggedAs(tag: string, storeId: number | undefined): RawBuilder<boolean> {
  const inStore = storeId === undefined ? sql`` : sql`and tags.store_id = ${storeId}`
  return sql`items.id in (
    select item_tags.item_id from tags inner join item_tags on item_tags.tag_id = tags.id
    where tags.name_key = ${nameKey(tag)} ${inStore})`
}
