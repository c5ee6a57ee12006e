import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { migrations as catalogue } from '../../src/modules/catalogue/index.ts'
import { migrations as users } from '../../src/modules/users/index.ts'
import { migrate, openDatabase } from '../../src/platform/database/index.ts'
import { openInstallation, settingsFor } from '../support/installation.ts'
import { stored } from '../support/stored.ts'

test('a catalogue made before it could be searched gets its words and sort keys', async () => {
  const { path: dataDir, remove } = await openInstallation()
  const db = await openDatabase({
    url: settingsFor(dataDir)['DATABASE_URL'] || undefined,
    dataDir,
    onError: () => {},
  })
  const { '001_catalogue': first } = catalogue
  await migrate(db, { users, catalogue: first ? { '001_catalogue': first } : {} })
  await db.write(async (tx) => {
    await sql`insert into users (id, username, username_key, role, locale, created_at, updated_at)
      values (1, 'u', 'u', 'user', 'en', 0, 0)`.execute(tx)
    await sql`insert into stores (id, owner_id, name, name_key, currency)
      values (5, 1, 'Été', 'été', 'EUR')`.execute(tx)
    await sql`insert into items (id, store_id, name, price_minor)
      values (3, 5, 'Oak Tür', 1), (4, 5, '!', 1)`.execute(tx)
  })

  assert.deepEqual(await migrate(db, { users, catalogue }), ['catalogue/002_search_and_external_ids'])
  await db.close()
  assert.deepEqual(await stored(dataDir, 'select store_id, word from store_words'), [
    { store_id: 5, word: 'ete' },
  ])
  assert.deepEqual(await stored(dataDir, 'select item_id, word from item_words order by word'), [
    { item_id: 3, word: 'oak' },
    { item_id: 3, word: 'tur' },
  ])
  assert.deepEqual(await stored(dataDir, 'select id, name_key, external_id from items order by id'), [
    { id: 3, name_key: 'oak tur', external_id: null },
    { id: 4, name_key: '!', external_id: null },
  ])
  await remove()
})
