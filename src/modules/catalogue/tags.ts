import type { Caller } from '../../http/access.ts'
import { conflict, type LoggiaError, notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import type { Page } from '../../kit/page.ts'
import {
  type Database,
  isForeignKeyViolation,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import { afterId, type ListQuery, toPageById } from './by-id.ts'
import { claimName, nameKey } from './names.ts'
import type { NewTag, Tag } from './schemas.ts'
import { assertMayWrite, ownStoreOf, storeOf } from './stores.ts'
import type { CatalogueTables } from './tables.ts'

type Sql = TransactionOf<CatalogueTables>
type Row = NonNullable<Awaited<ReturnType<typeof findTag>>>

export function createTags(options: { db: Database }) {
  const db = tablesOf<CatalogueTables>(options.db)

  return {
    /** Throws `store_not_found`, `not_yours`, `tag_name_taken`. */
    async create(caller: Caller, storeId: number, { name }: NewTag): Promise<Tag> {
      return db.write(async (tx) => {
        const store = await ownStoreOf(tx, caller, storeId)
        const row = { store_id: storeId, name, name_key: nameKey(name) }
        const made = tx.insertInto('tags').values(row).returning('id')
        const { id } = await claimName('tag', () => made.executeTakeFirstOrThrow())
        return { id, name, store: { id: storeId, name: store.name, currency: store.currency }, items: [] }
      })
    },

    /** Of one store, oldest first. */
    async list(storeId: number, query: ListQuery): Promise<Page<Tag>> {
      await storeOf(db.read, storeId)
      const rows = await tagsWithStores(db.read)
        .where('tags.store_id', '=', storeId)
        .where('tags.id', '>', afterId(query))
        .orderBy('tags.id')
        .limit(query.limit + 1)
        .execute()
      return toPageById(await present(db.read, rows), query)
    },

    async get(id: number): Promise<Tag> {
      return presentOne(db.read, await rowOf(db.read, id))
    },

    /** Throws `not_yours`, `precondition_failed`, `tag_in_use`. */
    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      await db.write(async (tx) => {
        const row = await rowOf(tx, id)
        assertMayWrite(caller, row.owner_id)
        const tag = await presentOne(tx, row)
        assertMatch(ifMatch, tag)
        if (tag.items.length > 0) throw inUse(countOf(tag.items))
        await deleteUnused(tx, id)
      })
    },
  }
}

export type Tags = ReturnType<typeof createTags>

function tagsWithStores(sql: Sql) {
  return sql
    .selectFrom('tags')
    .innerJoin('stores', 'stores.id', 'tags.store_id')
    .select(['tags.id', 'tags.name', 'tags.store_id'])
    .select(['stores.name as store_name', 'stores.currency', 'stores.owner_id'])
}

function findTag(sql: Sql, id: number) {
  return tagsWithStores(sql).where('tags.id', '=', id).executeTakeFirst()
}

async function rowOf(sql: Sql, id: number): Promise<Row> {
  const row = await findTag(sql, id)
  if (row === undefined) throw notFound('tag')
  return row
}

/** An item that took the tag a moment ago is known to the database only. */
async function deleteUnused(tx: Sql, id: number): Promise<void> {
  try {
    await tx.deleteFrom('tags').where('id', '=', id).execute()
  } catch (error) {
    throw isForeignKeyViolation(error) ? inUse('an item') : error
  }
}

function countOf({ length }: Tag['items']): string {
  return length === 1 ? '1 item' : `${length} items`
}

function inUse(items: string): LoggiaError {
  return conflict('tag_in_use', `This tag is on ${items}. Take it off first.`)
}

async function presentOne(sql: Sql, row: Row): Promise<Tag> {
  const [tag] = await present(sql, [row])
  return tag as Tag
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
