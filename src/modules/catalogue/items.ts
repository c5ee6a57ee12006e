import type { Caller } from '../../http/access.ts'
import { conflict, invalid, LoggiaError, notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import type { Page } from '../../kit/page.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { createItemInsert } from './item-making.ts'
import { itemOf, itemsWithStores, presentItems } from './item-rows.ts'
import { conditionsOf, keyset } from './item-selection.ts'
import { claim, sortKey } from './names.ts'
import type { Item, ItemPatch, ItemQuery, NewItem } from './schemas.ts'
import type { CatalogueTables } from './tables.ts'
import { createTurns } from './turns.ts'
import { renameItemWords } from './words.ts'

type Sql = TransactionOf<CatalogueTables>

export function createItems(options: { db: Database }) {
  const db = tablesOf<CatalogueTables>(options.db)
  const { takeTurn, takeTurnOf } = createTurns()
  const insert = createItemInsert()

  return {
    /** Throws `not_yours`, `external_id_taken`. */
    async create(caller: Caller, { store_id, ...given }: NewItem): Promise<Item> {
      const { external_id, name, description, price_minor } = {
        external_id: null,
        description: null,
        ...given,
      }
      const values = { external_id, name, description, price_minor }
      return db.write(async (tx) => {
        const store = await takeTurn(tx, caller, store_id).catch(unknownStore)
        const id = await insert(tx, { store_id, ...values })
        return {
          id,
          ...values,
          store: { id: store_id, name: store.name, currency: store.currency },
          tags: [],
        }
      }, 'row_locks')
    },

    async list(query: Partial<ItemQuery> & { limit: number }): Promise<Page<Item>> {
      const list = { sort: 'id', ...query } as const
      let wanted = itemsWithStores(db.read)
      for (const condition of conditionsOf(list)) wanted = wanted.where(condition)
      const rows = await wanted
        .orderBy(keyset.order(list))
        .limit(list.limit + 1)
        .execute()
      return keyset.toPage(await presentItems(db.read, rows), list)
    },

    get: (id: number): Promise<Item> => itemOf(db.read, id),

    /** Throws `not_yours`, `external_id_taken`, `precondition_failed`. */
    async update(caller: Caller, id: number, patch: ItemPatch, ifMatch?: string): Promise<Item> {
      return db.write(async (tx) => {
        await takeTurnOf(tx, caller, 'item', id)
        const item = await itemOf(tx, id)
        assertMatch(ifMatch, item)
        const { external_id, name, description, price_minor } = { ...item, ...patch }
        const values = { external_id, name, description, price_minor }
        const changed = tx.updateTable('items').where('id', '=', id)
        await claim('external_id_taken', () => changed.set({ ...values, name_key: sortKey(name) }).execute())
        if (name !== item.name) await renameItemWords(tx, [{ id, name }])
        return { ...item, ...values }
      }, 'row_locks')
    },

    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        await takeTurnOf(tx, caller, 'item', id)
        assertMatch(ifMatch, await itemOf(tx, id))
        await tx.deleteFrom('items').where('id', '=', id).execute()
      }, 'row_locks')
    },

    /** The same again changes nothing. Throws `not_yours`, `tag_not_found`, `tag_of_other_store`, `precondition_failed`. */
    async addTag(caller: Caller, id: number, tagId: number, ifMatch?: string): Promise<Item> {
      return db.write(async (tx) => {
        const store = await takeTurnOf(tx, caller, 'item', id)
        assertMatch(ifMatch, await itemOf(tx, id))
        await assertTagOfStore(tx, tagId, store.id)
        const link = tx.insertInto('item_tags').values({ store_id: store.id, item_id: id, tag_id: tagId })
        await link.onConflict((same) => same.doNothing()).execute()
        return itemOf(tx, id)
      }, 'row_locks')
    },

    /** Throws `not_yours`, `item_tag_not_found`, `precondition_failed`. */
    async removeTag(caller: Caller, id: number, tagId: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        await takeTurnOf(tx, caller, 'item', id)
        assertMatch(ifMatch, await itemOf(tx, id))
        const linked = tx.deleteFrom('item_tags').where('item_id', '=', id).where('tag_id', '=', tagId)
        if ((await linked.executeTakeFirst()).numDeletedRows === 0n) throw notFound('item_tag')
      }, 'row_locks')
    },
  }
}

export type Items = ReturnType<typeof createItems>

/** Here the store is a member of the body, not of the address. */
function unknownStore(error: unknown): never {
  if (error instanceof LoggiaError && error.kind === 'not_found')
    throw invalid([{ pointer: '/store_id', detail: 'There is no such store.' }])
  throw error
}

async function assertTagOfStore(tx: Sql, tagId: number, storeId: number): Promise<void> {
  const tag = await tx.selectFrom('tags').where('id', '=', tagId).select('store_id').executeTakeFirst()
  if (tag === undefined) throw notFound('tag')
  if (tag.store_id !== storeId)
    throw conflict('tag_of_other_store', "An item takes only its own store's tags.")
}
