import type { Insertable } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { conflict, invalid, type LoggiaError, notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import type { Page } from '../../kit/page.ts'
import {
  type Database,
  isForeignKeyViolation,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import { afterId, type ListQuery, toPageById } from './by-id.ts'
import type { Item, ItemPatch, NewItem } from './schemas.ts'
import { assertMayWrite, findStore } from './stores.ts'
import type { CatalogueTables } from './tables.ts'

type Sql = TransactionOf<CatalogueTables>
type Row = NonNullable<Awaited<ReturnType<typeof findItem>>>

export function createItems(options: { db: Database }) {
  const db = tablesOf<CatalogueTables>(options.db)

  return {
    async create(caller: Caller, { store_id, ...given }: NewItem): Promise<Item> {
      const values = { description: null, ...given }
      return db.write(async (tx) => {
        const store = await findStore(tx, store_id)
        if (store === undefined) throw unknownStore()
        assertMayWrite(caller, store.owner_id)
        const id = await insert(tx, { store_id, ...values })
        const { name, description, price_minor } = values
        return {
          id,
          name,
          description,
          price_minor,
          store: { id: store_id, name: store.name, currency: store.currency },
          tags: [],
        }
      })
    },

    /** Oldest first. */
    async list(query: ListQuery & { store_id?: number }): Promise<Page<Item>> {
      const { store_id } = query
      let wanted = itemsWithStores(db.read).where('items.id', '>', afterId(query))
      if (store_id !== undefined) wanted = wanted.where('items.store_id', '=', store_id)
      const rows = await wanted
        .orderBy('items.id')
        .limit(query.limit + 1)
        .execute()
      return toPageById(await present(db.read, rows), query)
    },

    async get(id: number): Promise<Item> {
      return presentOne(db.read, await rowOf(db.read, id))
    },

    /** Throws `not_yours`, `precondition_failed`. */
    async update(caller: Caller, id: number, patch: ItemPatch, ifMatch?: string): Promise<Item> {
      return db.write(async (tx) => {
        const item = await presentOne(tx, await ownRowOf(tx, caller, id))
        assertMatch(ifMatch, item)
        const { name = item.name, description = item.description, price_minor = item.price_minor } = patch
        const values = { name, description, price_minor }
        await tx.updateTable('items').where('id', '=', id).set(values).execute()
        return { ...item, ...values }
      })
    },

    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        assertMatch(ifMatch, await presentOne(tx, await ownRowOf(tx, caller, id)))
        await tx.deleteFrom('items').where('id', '=', id).execute()
      })
    },

    /** The same again changes nothing. Throws `not_yours`, `tag_not_found`, `tag_of_other_store`, `precondition_failed`. */
    async addTag(caller: Caller, id: number, tagId: number, ifMatch?: string): Promise<Item> {
      return db.write(async (tx) => {
        const row = await ownRowOf(tx, caller, id)
        assertMatch(ifMatch, await presentOne(tx, row))
        await assertTagOfStore(tx, tagId, row.store_id)
        await link(tx, { store_id: row.store_id, item_id: id, tag_id: tagId })
        return presentOne(tx, row)
      })
    },

    /** Throws `not_yours`, `item_tag_not_found`, `precondition_failed`. */
    async removeTag(caller: Caller, id: number, tagId: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        assertMatch(ifMatch, await presentOne(tx, await ownRowOf(tx, caller, id)))
        const linked = tx.deleteFrom('item_tags').where('item_id', '=', id).where('tag_id', '=', tagId)
        if ((await linked.executeTakeFirst()).numDeletedRows === 0n) throw notFound('item_tag')
      })
    },
  }
}

export type Items = ReturnType<typeof createItems>

function unknownStore(): LoggiaError {
  return invalid([{ pointer: '/store_id', detail: 'There is no such store.' }])
}

async function insert(tx: Sql, row: Insertable<CatalogueTables['items']>): Promise<number> {
  try {
    return (await tx.insertInto('items').values(row).returning('id').executeTakeFirstOrThrow()).id
  } catch (error) {
    throw isForeignKeyViolation(error) ? unknownStore() : error
  }
}

function itemsWithStores(sql: Sql) {
  return sql
    .selectFrom('items')
    .innerJoin('stores', 'stores.id', 'items.store_id')
    .select(['items.id', 'items.name', 'items.description', 'items.price_minor', 'items.store_id'])
    .select(['stores.name as store_name', 'stores.currency', 'stores.owner_id'])
}

function findItem(sql: Sql, id: number) {
  return itemsWithStores(sql).where('items.id', '=', id).executeTakeFirst()
}

async function rowOf(sql: Sql, id: number): Promise<Row> {
  const row = await findItem(sql, id)
  if (row === undefined) throw notFound('item')
  return row
}

async function ownRowOf(sql: Sql, caller: Caller, id: number): Promise<Row> {
  const row = await rowOf(sql, id)
  assertMayWrite(caller, row.owner_id)
  return row
}

async function assertTagOfStore(tx: Sql, tagId: number, storeId: number): Promise<void> {
  const tag = await tx.selectFrom('tags').where('id', '=', tagId).select('store_id').executeTakeFirst()
  if (tag === undefined) throw notFound('tag')
  if (tag.store_id !== storeId)
    throw conflict('tag_of_other_store', "An item takes only its own store's tags.")
}

async function link(tx: Sql, row: CatalogueTables['item_tags']): Promise<void> {
  try {
    await tx
      .insertInto('item_tags')
      .values(row)
      .onConflict((same) => same.doNothing())
      .execute()
  } catch (error) {
    throw isForeignKeyViolation(error) ? notFound('tag') : error
  }
}

async function presentOne(sql: Sql, row: Row): Promise<Item> {
  const [item] = await present(sql, [row])
  return item as Item
}

async function present(sql: Sql, rows: Row[]): Promise<Item[]> {
  if (rows.length === 0) return []
  const tags = await sql
    .selectFrom('item_tags')
    .innerJoin('tags', 'tags.id', 'item_tags.tag_id')
    .where(
      'item_tags.item_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('tags.id')
    .select(['tags.id', 'tags.name', 'item_tags.item_id'])
    .execute()

  const tagsByItem = Map.groupBy(tags, ({ item_id }) => item_id)
  return rows.map(({ id, name, description, price_minor, store_id, store_name, currency }) => ({
    id,
    name,
    description,
    price_minor,
    store: { id: store_id, name: store_name, currency },
    tags: (tagsByItem.get(id) ?? []).map(({ id, name }) => ({ id, name })),
  }))
}
