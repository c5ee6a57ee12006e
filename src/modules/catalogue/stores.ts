import { randomUUID } from 'node:crypto'
import type { Caller } from '../../http/access.ts'
import type { JsonText } from '../../http/conditional.ts'
import { createReadyTexts } from '../../http/ready-texts.ts'
import { notFound } from '../../kit/errors.ts'
import { assertMatch, etagOfText } from '../../kit/etag.ts'
import type { Page } from '../../kit/page.ts'
import type { Cache } from '../../platform/cache/index.ts'
import {
  createKeyset,
  type Database,
  keptQuery,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import { claim, nameKey } from './names.ts'
import type { NewStore, Store, StorePatch, StoreQuery } from './schemas.ts'
import { presentStore, presentStores, priceListOf, storeOf } from './store-rows.ts'
import type { CatalogueTables } from './tables.ts'
import { createTurns } from './turns.ts'
import { addStoreWords, namedLike, renameStoreWords } from './words.ts'

/** Everybody reads every store; its maker and administrators write to it, its items and its tags. */
export function createStores(options: { db: Database; cache: Cache }) {
  const db = tablesOf<CatalogueTables>(options.db)
  const { takeTurn } = createTurns()
  const ready = createReadyTexts(options)
  const versionOf = createVersionQuery()

  return {
    /** Throws `store_name_taken`. */
    async create(caller: Caller, { name, currency = 'EUR' }: NewStore): Promise<Store> {
      const row = { owner_id: caller.userId, name, name_key: nameKey(name), currency, version: randomUUID() }
      return db.write(async (tx) => {
        const made = tx.insertInto('stores').values(row).returning('id')
        const { id } = await claim('store_name_taken', () => made.executeTakeFirstOrThrow())
        await addStoreWords(tx, { id, name })
        return { id, name, currency, items: [], tags: [] }
      })
    },

    /** Oldest first. */
    async list(caller: Caller | null, query: StoreQuery): Promise<Page<Store>> {
      const list = { sort: 'id', ...query } as const
      let wanted = db.read.selectFrom('stores').selectAll()
      const conditions = [...keyset.behindCursor(list), ...(query.q ? namedLike('store', query.q) : [])]
      for (const condition of conditions) wanted = wanted.where(condition)
      if (query.owner === 'me' && caller) wanted = wanted.where('owner_id', '=', caller.userId)
      const rows = await wanted
        .orderBy(keyset.order(list))
        .limit(query.limit + 1)
        .execute()
      return keyset.toPage(await presentStores(db.read, rows), list)
    },

    async get(id: number): Promise<Store> {
      return presentStore(db.read, await storeOf(db.read, id))
    },

    /** As `get`, ready to be sent. */
    async serve(id: number): Promise<JsonText> {
      const [store] = await versionOf(db.read, { id })
      if (store === undefined) throw notFound('store')
      return ready.read(`store:${id}:${store.version}`, async () => {
        const text = JSON.stringify(await presentStore(db.read, await storeOf(db.read, id)))
        return { text, etag: etagOfText(text) }
      })
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
        const store = await presentStore(tx, await takeTurn(tx, caller, id))
        assertMatch(ifMatch, store)
        const { name = store.name, currency = store.currency } = patch
        const values = { name, name_key: nameKey(name), currency }
        const changed = tx.updateTable('stores').where('id', '=', id).set(values)
        await claim('store_name_taken', () => changed.execute())
        if (name !== store.name) await renameStoreWords(tx, { id, name })
        return { ...store, name, currency }
      }, 'row_locks')
    },

    /** With its items and tags. */
    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        assertMatch(ifMatch, await presentStore(tx, await takeTurn(tx, caller, id)))
        await tx.deleteFrom('stores').where('id', '=', id).execute()
      }, 'row_locks')
    },
  }
}

export type Stores = ReturnType<typeof createStores>

const keyset = createKeyset({
  id: { columns: ['stores.id'], shape: ['number'], placeOf: ({ id }: Store) => [id] },
})

function createVersionQuery() {
  return keptQuery((sql: TransactionOf<CatalogueTables>, { id }: { id: number }) =>
    sql.selectFrom('stores').where('id', '=', id).select('version').compile(),
  )
}
