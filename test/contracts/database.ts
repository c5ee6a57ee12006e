import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Generated, sql } from 'kysely'
import {
  afterCommit,
  type Database,
  isForeignKeyViolation,
  isUniqueViolation,
  type Migrations,
  migrate,
  type NoTables,
  type OpenDatabase,
  type TransactionOf,
  tablesOf,
} from '../../src/platform/database/index.ts'

interface Tables extends NoTables {
  shelves: { id: Generated<number>; name: string; books: number }
  books: {
    id: Generated<number>
    shelf_id: number
    title: string
    cover: Uint8Array | null
    lent: number
    at: number
  }
}

const ROOM: Migrations = {
  '001_shelves': (type) => [
    `create table shelves (
      id ${type.id},
      name ${type.sortedText} not null unique,
      books ${type.ref} not null
    ) ${type.table}`,
    `create table books (
      id ${type.id},
      shelf_id ${type.ref} not null references shelves (id) on delete cascade,
      title text not null,
      cover ${type.bytes},
      lent ${type.flag} not null,
      at ${type.time} not null
    ) ${type.table}`,
  ],
}

/** Two processes' handles on one empty database; where only one process can have it, the same handle twice. */
export interface TwoHandles {
  db: OpenDatabase
  other: OpenDatabase
  close(): Promise<void>
}

/** What every database does, whatever engine it is. */
export function databaseContract(
  name: string,
  open: () => Promise<TwoHandles>,
  skip: string | false = false,
) {
  suite(name, { skip }, () => {
    let handles: TwoHandles
    let db: Database<Tables>
    let both: Database<Tables>[]

    before(async () => {
      handles = await open()
      await migrate(handles.db, { room: ROOM })
      db = tablesOf<Tables>(handles.db)
      both = [db, tablesOf<Tables>(handles.other)]
    })
    after(() => handles.close())

    const addShelf = async (tx: TransactionOf<Tables>, name: string, books = 0) => {
      const row = tx.insertInto('shelves').values({ name, books }).returning('id')
      return (await row.executeTakeFirstOrThrow()).id
    }
    const shelf = (name: string, books = 0) => db.write((tx) => addShelf(tx, name, books))
    const namesLike = async (pattern: string) => {
      const rows = db.read.selectFrom('shelves').where('name', 'like', pattern).orderBy('id').select('name')
      return (await rows.execute()).map(({ name }) => name)
    }
    const booksOf = async (id: number) =>
      (await db.read.selectFrom('shelves').where('id', '=', id).select('books').executeTakeFirstOrThrow())
        .books

    test('a change that fails leaves nothing', async () => {
      const failing = db.write(async (tx) => {
        await addShelf(tx, 'whole 1')
        await addShelf(tx, 'whole 2')
        throw new Error('No')
      })
      await assert.rejects(failing, /^Error: No$/)
      assert.deepEqual(await namesLike('whole %'), [])
    })

    test('a change that fails harms none of those beside it', async () => {
      const changes = Array.from({ length: 40 }, (_, index) =>
        both[index % 2]?.write(async (tx) => {
          await addShelf(tx, `beside ${index}`)
          if (index % 4 === 0) throw new Error('No')
        }),
      )
      const outcomes = await Promise.allSettled(changes)
      const stored = outcomes.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []))
      assert.equal(stored.length, 30)
      const names = stored.map((index) => `beside ${index}`)
      assert.deepEqual((await namesLike('beside %')).sort(), names.sort())
    })

    test('reads see a change when it is committed, and it sees itself', async () => {
      await db.write(async (tx) => {
        await addShelf(tx, 'seen')
        for (const handle of both) {
          const outside = handle.read.selectFrom('shelves').where('name', '=', 'seen').selectAll()
          assert.deepEqual(await outside.execute(), [])
        }
        const inside = tx.selectFrom('shelves').where('name', '=', 'seen').selectAll()
        assert.equal((await inside.execute()).length, 1)
      })
      for (const handle of both) {
        const outside = handle.read.selectFrom('shelves').where('name', '=', 'seen').selectAll()
        assert.equal((await outside.execute()).length, 1)
      }
    })

    test('an effect comes once, after the commit, and not at all when there is none', async () => {
      const told: string[] = []
      await db.write(async (tx) => {
        afterCommit(tx, () => told.push('committed'))
        await addShelf(tx, 'effect')
        assert.deepEqual(told, [])
      })
      const failing = db.write(async (tx) => {
        afterCommit(tx, () => told.push('rolled back'))
        await addShelf(tx, 'effect')
      })
      await assert.rejects(failing, isUniqueViolation)
      assert.deepEqual(told, ['committed'])
    })

    test('an effect that fails does not undo what was committed', async () => {
      await db.write(async (tx) => {
        afterCommit(tx, () => {
          throw new Error('an effect that fails')
        })
        await addShelf(tx, 'kept')
      })
      assert.deepEqual(await namesLike('kept'), ['kept'])
    })

    test('what many bring at once is changed together, and each is told its own', async () => {
      const sizes: number[] = []
      const add = db.gathered(async (tx, names: string[]) => {
        sizes.push(names.length)
        const ids: number[] = []
        for (const name of names) ids.push(await addShelf(tx, name))
        return names.map((name, at) => ({ name, id: ids[at] as number }))
      })
      const names = Array.from({ length: 300 }, (_, at) => `gathered ${at}`)
      const told = await Promise.all(names.map((name) => add(name)))
      assert.deepEqual(
        told.map(({ name }) => name),
        names,
      )
      assert.deepEqual(await namesLike('gathered %'), names)
      assert.equal(new Set(told.map(({ id }) => id)).size, names.length)
      assert.ok(sizes.length < 10, `${sizes.length} changes`)
    })

    test('of what is changed together, one that fails harms none beside it', async () => {
      const add = db.gathered(async (tx, names: string[]) => {
        const ids: number[] = []
        for (const name of names) ids.push(await addShelf(tx, name === 'joined 3' ? 'joined 2' : name))
        return ids
      })
      const names = Array.from({ length: 6 }, (_, at) => `joined ${at}`)
      const outcomes = await Promise.allSettled(names.map((name) => add(name)))
      assert.equal(outcomes.filter(({ status }) => status === 'rejected').length, 1)
      assert.equal((await namesLike('joined %')).length, 5)
    })

    test('violations are told apart', async () => {
      const id = await shelf('unique')
      await assert.rejects(
        shelf('unique'),
        (error) => isUniqueViolation(error) && !isForeignKeyViolation(error),
      )
      const row = { shelf_id: id + 1_000_000, title: 'x', cover: null, lent: 0, at: 0 }
      const astray = db.write((tx) => tx.insertInto('books').values(row).execute())
      await assert.rejects(astray, (error) => isForeignKeyViolation(error) && !isUniqueViolation(error))
      const missing = db.write((tx) => sql`insert into shelves (name) values ('no books')`.execute(tx))
      await assert.rejects(missing, (error) => !isForeignKeyViolation(error) && !isUniqueViolation(error))
    })

    test('one name, claimed by many at once, is given once', async () => {
      const claims = Array.from({ length: 20 }, (_, at) =>
        both[at % 2]?.write((tx) => addShelf(tx, 'claimed')),
      )
      const outcomes = await Promise.allSettled(claims)
      const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
      assert.equal(refused.length, 19)
      for (const error of refused) assert.ok(isUniqueViolation(error), String(error))
    })

    test('what many read, reckon and write at once is right in the end', async () => {
      const id = await shelf('reckoned')
      const changes = Array.from({ length: 60 }, (_, at) =>
        both[at % 2]?.write(async (tx) => {
          const own = tx.selectFrom('shelves').where('id', '=', id).select('books')
          const { books } = await own.executeTakeFirstOrThrow()
          await tx
            .updateTable('shelves')
            .where('id', '=', id)
            .set({ books: books + 1 })
            .execute()
        }),
      )
      await Promise.all(changes)
      assert.equal(await booksOf(id), 60)
    })

    test('what many add to in the database at once is right in the end, also under row locks', async () => {
      const id = await shelf('added')
      const changes = Array.from({ length: 100 }, (_, at) =>
        both[at % 2]?.write((tx) => {
          const own = tx.updateTable('shelves').where('id', '=', id)
          return own.set(({ eb }) => ({ books: eb('books', '+', 1) })).execute()
        }, 'row_locks'),
      )
      await Promise.all(changes)
      assert.equal(await booksOf(id), 100)
    })

    test('of two who each rely on the other, one stays', async () => {
      for (let round = 0; round < 15; round += 1) {
        const ids = [await shelf(`left ${round}`, 1), await shelf(`right ${round}`, 1)]
        const leave = (handle: Database<Tables> | undefined, id: number | undefined) =>
          handle?.write(async (tx) => {
            const others = tx.selectFrom('shelves').where('id', 'in', ids).where('books', '=', 1)
            const staying = await others.select('id').execute()
            if (staying.length < 2) return
            await tx.updateTable('shelves').where('id', '=', Number(id)).set({ books: 0 }).execute()
          })
        await Promise.all([leave(both[0], ids[0]), leave(both[1], ids[1])])
        assert.equal((await booksOf(Number(ids[0]))) + (await booksOf(Number(ids[1]))), 1, `round ${round}`)
      }
    })

    test('two who lock the same rows in opposite orders both get through', async () => {
      const [first, second] = [await shelf('lock 1'), await shelf('lock 2')]
      const add = (handle: Database<Tables> | undefined, ids: number[]) =>
        handle?.write(async (tx) => {
          for (const id of ids) {
            const own = tx.updateTable('shelves').where('id', '=', id)
            await own.set(({ eb }) => ({ books: eb('books', '+', 1) })).execute()
          }
        }, 'row_locks')
      const rounds = Array.from({ length: 10 }, () => [
        add(both[0], [first, second]),
        add(both[1], [second, first]),
      ])
      await Promise.all(rounds.flat())
      assert.deepEqual([await booksOf(first), await booksOf(second)], [20, 20])
    })

    test('every value comes back as it was given', async () => {
      const shelf_id = await shelf('values')
      const titles = [
        '',
        'it\'s "quoted" \\ %_',
        'Ünïcödé Ωμέγα 主题 🚗 עברית',
        'line\nbreak\ttab',
        'x'.repeat(100_000),
      ]
      const rows = titles.map((title, index) => ({
        shelf_id,
        title,
        cover: index === 0 ? null : Uint8Array.from({ length: index * 50 }, (_, byte) => byte % 256),
        lent: index % 2,
        at: index === 0 ? 0 : Number.MAX_SAFE_INTEGER - index,
      }))
      const made = db.write((tx) => tx.insertInto('books').values(rows).returningAll().execute())
      const ids = (await made).map(({ id }) => id)
      const kept = await db.read
        .selectFrom('books')
        .where('id', 'in', ids)
        .orderBy('id')
        .selectAll()
        .execute()
      const plain = kept.map(({ id, cover, ...row }) => ({ ...row, cover: cover && Uint8Array.from(cover) }))
      assert.deepEqual(plain, rows)
    })

    test('counts, sums and the ends of a range are numbers', async () => {
      const ids = [await shelf('sum 1', 2 ** 40), await shelf('sum 2', 3)]
      const summed = db.read
        .selectFrom('shelves')
        .where('id', 'in', ids)
        .select(({ fn }) => [
          fn.countAll().as('count'),
          fn.sum('books').as('sum'),
          fn.max('books').as('max'),
          sql`sum(case when books > 3 then 1 else 0 end)`.as('many'),
        ])
      const expected = { count: 2, sum: 2 ** 40 + 3, max: 2 ** 40, many: 1 }
      assert.deepEqual({ ...(await summed.executeTakeFirstOrThrow()) }, expected)
      const none = db.read.selectFrom('shelves').where('id', '=', 0)
      const nothing = await none.select(({ fn }) => fn.max('books').as('max')).executeTakeFirstOrThrow()
      assert.equal(nothing.max, null)
    })

    test('how many rows were changed is told', async () => {
      const id = await shelf('touched')
      const own = (tx: TransactionOf<Tables>, wanted: number) =>
        tx.updateTable('shelves').where('id', '=', wanted).set({ books: 1 }).executeTakeFirst()
      assert.equal((await db.write((tx) => own(tx, id))).numUpdatedRows, 1n)
      assert.equal((await db.write((tx) => own(tx, 0))).numUpdatedRows, 0n)
      const gone = await db.write((tx) => tx.deleteFrom('shelves').where('id', '=', id).executeTakeFirst())
      assert.equal(gone.numDeletedRows, 1n)
      const again = { name: 'added', books: 0 }
      const clash = await db.write((tx) =>
        tx
          .insertInto('shelves')
          .values(again)
          .onConflict((on) => on.doNothing())
          .executeTakeFirst(),
      )
      assert.equal(clash.numInsertedOrUpdatedRows, 0n)
    })

    test('an id is never used again', async () => {
      const id = await shelf('newest')
      await db.write((tx) => tx.deleteFrom('shelves').where('id', '=', id).execute())
      assert.ok((await shelf('newer')) > id)
    })

    test('sorted text is in the order of its code points', async () => {
      const names = ['a', 'B', 'b', 'A', 'é', 'z', '_', ' ', '1', 'Я', '主'].map((letter) => `sort ${letter}`)
      for (const name of names) await shelf(name)
      const rows = db.read.selectFrom('shelves').where('name', 'in', names).orderBy('name').select('name')
      assert.deepEqual(
        (await rows.execute()).map(({ name }) => name),
        names.toSorted(),
      )
    })

    test('the engine answers', async () => {
      await handles.db.ping()
      await handles.other.ping()
    })
  })
}
