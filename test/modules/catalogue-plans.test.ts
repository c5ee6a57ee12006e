import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { after, before, suite, test } from 'node:test'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { itemsWithStores } from '../../src/modules/catalogue/item-rows.ts'
import { conditionsOf, keyset } from '../../src/modules/catalogue/item-selection.ts'
import { type ItemQuery, SORTS } from '../../src/modules/catalogue/schemas.ts'
import type { CatalogueTables } from '../../src/modules/catalogue/tables.ts'
import { openDatabase } from '../../src/platform/database/index.ts'
import { migrate } from '../../src/platform/database/migrate.ts'
import { MIGRATIONS } from '../../src/rooms.ts'
import { openInstallation } from '../support/installation.ts'

const writer = new Kysely<CatalogueTables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

suite('the plan of a list of items', () => {
  let database: DatabaseSync
  let remove: () => Promise<void>

  before(async () => {
    const installation = await openInstallation()
    const opened = await openDatabase({
      url: undefined,
      dataDir: installation.path,
      onError: () => assert.fail('The database failed.'),
    })
    await migrate(opened, MIGRATIONS)
    await opened.close()
    database = new DatabaseSync(join(installation.path, 'loggia.db'), { readOnly: true })
    remove = installation.remove
  })
  after(async () => {
    database.close()
    await remove()
  })

  function planOf(selection: Partial<ItemQuery>): string {
    const list: ItemQuery = { limit: 20, sort: 'id', ...selection }
    let query = itemsWithStores(writer)
    for (const condition of conditionsOf(list)) query = query.where(condition)
    const { sql, parameters } = query.orderBy(keyset.order(list)).limit(21).compile()
    const plan = database.prepare(`explain query plan ${sql}`).all(...(parameters as SQLInputValue[]))
    return plan.map(({ detail }) => detail).join('; ')
  }

  const last = {
    id: 7,
    external_id: null,
    name: 'Chair',
    description: null,
    price_minor: 5,
    store: { id: 1, name: 'Store', currency: 'EUR' },
    tags: [],
  }
  for (const sort of SORTS) {
    test(`sort=${sort} walks an index, of all or of a store, from any place, and sorts nothing`, () => {
      for (const narrowed of [{}, { store_id: 1 }]) {
        const list = { limit: 20, sort, ...narrowed }
        for (const asked of [list, { ...list, cursor: keyset.cursorAfter(last, list) }])
          assert.doesNotMatch(planOf(asked), /TEMP B-TREE|SCAN items$|SCAN stores/)
      }
    })
  }

  for (const [asked, expected] of [
    [{ q: 'oak chair' }, /item_words USING COVERING INDEX \w+ \(word>\? AND word<\?\)/],
    [{ tag: 'sale' }, /tags USING COVERING INDEX tags_name \(name_key=\?\).*item_tags_tag \(tag_id=\?\)/],
    [{ tag: 'sale', store_id: 1 }, /tags USING COVERING INDEX \w+ \(store_id=\? AND name_key=\?\)/],
    [{ price_min: 1, sort: 'price_minor' }, /items USING INDEX items_price \(price_minor>\?/],
    [{ price_max: 9, sort: 'price_minor' }, /items USING INDEX items_price \(price_minor<\?/],
    [{ price_min: 1, sort: 'price_minor', store_id: 1 }, /items_store_price \(store_id=\? AND price_minor>/],
  ] as [Partial<ItemQuery>, RegExp][]) {
    test(`${JSON.stringify(asked)} has an index`, () => {
      assert.match(planOf(asked), expected)
    })
  }
})
