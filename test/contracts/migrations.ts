import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { sql } from 'kysely'
import { type Migrations, migrate } from '../../src/platform/database/index.ts'
import type { TwoHandles } from './database.ts'

const FIRST: Migrations = { '001': (type) => [`create table first (id ${type.id}) ${type.table}`] }
const SECOND: Migrations = {
  '001': (type) => [
    `create table second (id ${type.id}) ${type.table}`,
    'insert into second (id) values (1)',
  ],
}
const BROKEN: Migrations = {
  '001': (type) => [`create table half (id ${type.id}) ${type.table}`],
  '002': () => ['insert into nowhere (id) values (1)'],
}

/** How every database is brought up to date. */
export function migrationContract(
  name: string,
  open: () => Promise<TwoHandles>,
  skip: string | false = false,
) {
  suite(name, { skip }, () => {
    let handles: TwoHandles
    beforeEach(async () => {
      handles = await open()
    })
    afterEach(() => handles.close())

    const isThere = (table: string) =>
      sql`select * from ${sql.table(table)}`.execute(handles.db.read).then(
        () => true,
        () => false,
      )

    test('what is applied is not applied again, and what is new is', async () => {
      assert.deepEqual(await migrate(handles.db, { a: FIRST }), ['a/001'])
      assert.deepEqual(await migrate(handles.db, { a: FIRST, b: SECOND }), ['b/001'])
      assert.deepEqual(await migrate(handles.other, { a: FIRST, b: SECOND }), [])
    })

    test('started from five places at once, each is applied once', async () => {
      const places = Array.from({ length: 5 }, (_, at) => (at % 2 === 0 ? handles.db : handles.other))
      const applied = await Promise.all(places.map((db) => migrate(db, { a: FIRST, b: SECOND })))
      assert.deepEqual(applied.flat(), ['a/001', 'b/001'])
    })

    test('one that fails leaves nothing, not even those before it', async () => {
      await assert.rejects(migrate(handles.db, { a: FIRST, broken: BROKEN }), /nowhere/)
      assert.deepEqual(await Promise.all(['first', 'half', 'migrations'].map(isThere)), [false, false, false])
      assert.deepEqual(await migrate(handles.db, { a: FIRST }), ['a/001'])
    })

    test('a database that a newer version has migrated is refused', async () => {
      await migrate(handles.db, { a: FIRST, b: SECOND })
      await assert.rejects(migrate(handles.other, { a: FIRST }), /newer version \(b\/001\)/)
    })
  })
}
