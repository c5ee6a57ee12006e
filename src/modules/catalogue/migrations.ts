import type { Migrations } from '../../platform/database/index.ts'

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
}
