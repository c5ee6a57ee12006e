import type { Caller } from '../../http/access.ts'
import { conflict, type LoggiaError, notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import type { Page } from '../../kit/page.ts'
import { createKeyset, type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { claim, nameKey } from './names.ts'
import type { NewTag, Tag } from './schemas.ts'
import { storeOf } from './store-rows.ts'
import type { CatalogueTables } from './tables.ts'
import { createTurns } from './turns.ts'

type Sql = TransactionOf<CatalogueTables>
type Row = NonNullable<Awaited<ReturnType<typeof findTag>>>

export function createTags(options: { db: Database }) {
  const db = tablesOf<CatalogueTables>(options.db)
  const { takeTurn, takeTurnOf } = createTurns()

  return {
    /** Throws `store_not_found`, `not_yours`, `tag_name_taken`. */
    async create(caller: Caller, storeId: number, { name }: NewTag): Promise<Tag> {
      return db.write(async (tx) => {
        const store = await takeTurn(tx, caller, storeId)
        const row = { store_id: storeId, name, name_key: nameKey(name) }
        const made = tx.insertInto('tags').values(row).returning('id')
        const { id } = await claim('tag_name_taken', () => made.executeTakeFirstOrThrow())
        return { id, name, store: { id: storeId, name: store.name, currency: store.currency }, items: [] }
      }, 'row_locks')
    },

    /** Of one store, oldest first. */
    async list(storeId: number, query: { limit: number; cursor?: string }): Promise<Page<Tag>> {
      await storeOf(db.read, storeId)
      const list = { sort: 'id', store_id: storeId, ...query } as const
      let wanted = tagsWithStores(db.read).where('tags.store_id', '=', storeId)
      for (const condition of keyset.behindCursor(list)) wanted = wanted.where(condition)
      const rows = await wanted
        .orderBy(keyset.order(list))
        .limit(query.limit + 1)
        .execute()
      return keyset.toPage(await present(db.read, rows), list)
    },

    get: (id: number): Promise<Tag> => tagOf(db.read, id),

    /** Throws `not_yours`, `tag_name_taken`, `precondition_failed`. */
    async rename(caller: Caller, id: number, { name }: NewTag, ifMatch?: string): Promise<Tag> {
      return db.write(async (tx) => {
        await takeTurnOf(tx, caller, 'tag', id)
        const tag = await tagOf(tx, id)
        assertMatch(ifMatch, tag)
        const changed = tx
          .updateTable('tags')
          .where('id', '=', id)
          .set({ name, name_key: nameKey(name) })
        await claim('tag_name_taken', () => changed.execute())
        return { ...tag, name }
      }, 'row_locks')
    },

    /** Throws `not_yours`, `precondition_failed`, `tag_in_use`. */
    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        await takeTurnOf(tx, caller, 'tag', id)
        const tag = await tagOf(tx, id)
        assertMatch(ifMatch, tag)
        if (tag.items.length > 0) throw inUse(tag.items)
        await tx.deleteFrom('tags').where('id', '=', id).execute()
      }, 'row_locks')
    },
  }
}

export type Tags = ReturnType<typeof createTags>

const keyset = createKeyset({
  id: { columns: ['tags.id'], shape: ['number'], placeOf: ({ id }: Tag) => [id] },
})

function tagsWithStores(sql: Sql) {
  return sql
    .selectFrom('tags')
    .innerJoin('stores', 'stores.id', 'tags.store_id')
    .select(['tags.id', 'tags.name', 'tags.store_id'])
    .select(['stores.name as store_name', 'stores.currency'])
}

function findTag(sql: Sql, id: number) {
  return tagsWithStores(sql).where('tags.id', '=', id).executeTakeFirst()
}

async function tagOf(sql: Sql, id: number): Promise<Tag> {
  const row = await findTag(sql, id)
  if (row === undefined) throw notFound('tag')
  const [tag] = await present(sql, [row])
  return tag as Tag
}

function inUse({ length }: Tag['items']): LoggiaError {
  const items = length === 1 ? '1 item' : `${length} items`
  return conflict('tag_in_use', `This tag is on ${items}. Take it off first.`)
}

async function present(sql: Sql, rows: Row[]): Promise<Tag[]> {
  if (rows.length === 0) return []
  const items = await sql
    .selectFrom('item_tags')
    .innerJoin('items', 'items.id', 'item_tags.item_id')
    .where(
      'item_tags.tag_id',
      'in',
      rows.map(({ id }) => id),
    )
    .orderBy('items.id')
    .select(['items.id', 'items.name', 'items.price_minor', 'item_tags.tag_id'])
    .execute()

  const itemsByTag = Map.groupBy(items, ({ tag_id }) => tag_id)
  return rows.map(({ id, name, store_id, store_name, currency }) => ({
    id,
    name,
    store: { id: store_id, name: store_name, currency },
    items: (itemsByTag.get(id) ?? []).map(({ id, name, price_minor }) => ({ id, name, price_minor })),
  }))
}
