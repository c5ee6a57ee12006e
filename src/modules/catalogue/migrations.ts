import {
  type ColumnTypes,
  inTablesOf,
  type Migrations,
  type Transaction,
} from '../../platform/database/index.ts'
import { sortKey } from './names.ts'
import type { CatalogueTables } from './tables.ts'
import { addItemWords, addStoreWords } from './words.ts'

/**
 * A link holds the store of both its ends, so that no item can have a tag of another store. It goes with the store and with
 * the item, but holds the tag: PostgreSQL checks that only after it has followed every cascade from the store itself, and
 * SQLite at the end of the statement, so a store goes whole.
 */
export const migrations: Migrations = {
  '001_catalogue': (type) => [
    `create table stores (
      id ${type.id},
      owner_id ${type.ref} not null references users (id) on delete cascade,
      name text not null check (length(name) between 1 and 200),
      name_key text not null unique,
      currency text not null check (length(currency) = 3 and ltrim(currency, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ') = '')
    ) ${type.table}`,
    'create index stores_owner on stores (owner_id)',
    `create table items (
      id ${type.id},
      store_id ${type.ref} not null references stores (id) on delete cascade,
      name text not null check (length(name) between 1 and 200),
      description text check (length(description) <= 5000),
      price_minor ${type.ref} not null check (price_minor between 0 and ${Number.MAX_SAFE_INTEGER}),
      unique (store_id, id)
    ) ${type.table}`,
    `create table tags (
      id ${type.id},
      store_id ${type.ref} not null references stores (id) on delete cascade,
      name text not null check (length(name) between 1 and 200),
      name_key text not null,
      unique (store_id, name_key),
      unique (store_id, id)
    ) ${type.table}`,
    `create table item_tags (
      store_id ${type.ref} not null references stores (id) on delete cascade,
      item_id ${type.ref} not null,
      tag_id ${type.ref} not null,
      primary key (item_id, tag_id),
      foreign key (store_id, item_id) references items (store_id, id) on delete cascade,
      foreign key (store_id, tag_id) references tags (store_id, id)
    ) ${type.table}`,
    'create index item_tags_tag on item_tags (tag_id, item_id)',
    'create index item_tags_store on item_tags (store_id)',
  ],
  '002_search_and_external_ids': (type) => [
    "alter table stores add column version text not null default ''",
    'drop index stores_owner',
    'create index stores_owner on stores (owner_id, id)',
    'alter table items add column external_id text check (length(external_id) between 1 and 100)',
    `alter table items add column name_key ${type.sortedText} not null default ''`,
    ...wordsTable('store', type),
    ...wordsTable('item', type),
    fillDerived,
    'create unique index items_external on items (store_id, external_id)',
    'create index items_name on items (name_key, id)',
    'create index items_price on items (price_minor, id)',
    'create index items_store_name on items (store_id, name_key, id)',
    'create index items_store_price on items (store_id, price_minor, id)',
    'create index tags_name on tags (name_key, id)',
  ],
}

function wordsTable(noun: string, type: ColumnTypes): string[] {
  return [
    `create table ${noun}_words (
      word ${type.sortedText} not null,
      ${noun}_id ${type.ref} not null references ${noun}s (id) on delete cascade,
      primary key (word, ${noun}_id)
    ) ${type.table}`,
    `create index ${noun}_words_of on ${noun}_words (${noun}_id)`,
  ]
}

const CHUNK = 1000

/** What the program derives from names, for those that were given before it did. */
async function fillDerived(tx: Transaction): Promise<void> {
  const db = inTablesOf<CatalogueTables>(tx)
  for (let after = 0; ; ) {
    const chunk = db.selectFrom('stores').where('id', '>', after).orderBy('id').limit(CHUNK)
    const stores = await chunk.select(['id', 'name']).execute()
    for (const store of stores) await addStoreWords(db, store)
    after = stores.at(-1)?.id ?? 0
    if (after === 0) break
  }
  for (let after = 0; ; ) {
    const chunk = db.selectFrom('items').where('id', '>', after).orderBy('id').limit(CHUNK)
    const items = await chunk.select(['id', 'name']).execute()
    for (const { id, name } of items)
      await db
        .updateTable('items')
        .where('id', '=', id)
        .set({ name_key: sortKey(name) })
        .execute()
    await addItemWords(db, items)
    after = items.at(-1)?.id ?? 0
    if (after === 0) return
  }
}
