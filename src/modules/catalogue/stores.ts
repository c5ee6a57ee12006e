import type { Selectable } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { forbidden, notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import type { Page } from '../../kit/page.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { afterId, type ListQuery, toPageById } from './by-id.ts'
import { claimName, nameKey } from './names.ts'
import type { NewStore, Store, StorePatch } from './schemas.ts'
import type { CatalogueTables } from './tables.ts'

type Sql = TransactionOf<CatalogueTables>
type Row = Selectable<CatalogueTables['stores']>

/** Everybody reads every store; its maker and administrators write to it, its items and its tags. */
export function createStores(options: { db: Database }) {
  const db = tablesOf<CatalogueTables>(options.db)

  return {
    /** Throws `store_name_taken`. */
    async create(caller: Caller, { name, currency = 'EUR' }: NewStore): Promise<Store> {
      const row = { owner_id: caller.userId, name, name_key: nameKey(name), currency }
      return db.write(async (tx) => {
        const made = tx.insertInto('stores').values(row).returning('id')
        const { id } = await claimName('store', () => made.executeTakeFirstOrThrow())
        return { id, name, currency, items: [], tags: [] }
      })
    },

    /** Oldest first. */
    async list(query: ListQuery): Promise<Page<Store>> {
      const rows = await db.read
        .selectFrom('stores')
        .where('id', '>', afterId(query))
        .orderBy('id')
        .limit(query.limit + 1)
        .selectAll()
        .execute()
      return toPageById(await present(db.read, rows), query)
    },

    async get(id: number): Promise<Store> {
      return presentOne(db.read, await storeOf(db.read, id))
    },

    /** Throws `store_not_found`. */
    async assertExists(id: number): Promise<void> {
      await storeOf(db.read, id)
    },

    /** The store and what it sells, at most so many items, for a document. Throws `store_not_found`. */
    priceList: (id: number, itemsMax: number) => priceListOf(db.read, id, itemsMax),

    /** Throws `not_yours`, `store_name_taken`, `precondition_failed`. */
    async update(caller: Caller, id: number, patch: StorePatch, ifMatch?: string): Promise<Store> {
      return db.write(async (tx) => {
        const store = await presentOne(tx, await ownStoreOf(tx, caller, id))
        assertMatch(ifMatch, store)
        const { name = store.name, currency = store.currency } = patch
        const values = { name, name_key: nameKey(name), currency }
        const changed = tx.updateTable('stores').where('id', '=', id).set(values)
        await claimName('store', () => changed.execute())
        return { ...store, name, currency }
      })
    },

    /** With its items and tags. */
    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        assertMatch(ifMatch, await presentOne(tx, await ownStoreOf(tx, caller, id)))
        await tx.deleteFrom('stores').where('id', '=', id).execute()
      })
    },
  }
}

export type Stores = ReturnType<typeof createStores>

export async function storeOf(sql: Sql, id: number): Promise<Row> {
  const row = await findStore(sql, id)
  if (row === undefined) throw notFound('store')
  return row
}

/** Throws `store_not_found` or `not_yours`. */
export async function ownStoreOf(sql: Sql, caller: Caller, id: number): Promise<Row> {
  const row = await storeOf(sql, id)
  assertMayWrite(caller, row.owner_id)
  return row
}

async function priceListOf(sql: Sql, id: number, itemsMax: number) {
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

export function findStore(sql: Sql, id: number): Promise<Row | undefined> {
  return sql.selectFrom('stores').where('id', '=', id).selectAll().executeTakeFirst()
}

/** All who are signed in can read every store, so it is no secret that this one exists. */
export function assertMayWrite(caller: Caller, ownerId: number): void {
  if (caller.role !== 'admin' && caller.userId !== ownerId)
    throw forbidden('not_yours', 'Only the owner of this store may do that.')
}

async function presentOne(sql: Sql, row: Row): Promise<Store> {
  const [store] = await present(sql, [row])
  return store as Store
}

async function present(sql: Sql, rows: Row[]): Promise<Store[]> {
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
