import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../../src/platform/database/index.ts'
import { unreachable } from '../support/engines.ts'
import { createDatabase } from '../support/installation.ts'
import { eventually } from '../support/process.ts'
import { type EngineProxy, openProxy } from '../support/proxy.ts'

const skip = await unreachable('postgres')

const newName = () => `t${randomBytes(8).toString('hex')}`
const open = (url: string, onError: (error: unknown) => void = () => {}) =>
  openDatabase({ url, dataDir: '', onError })
const isUnavailable = (error: unknown) => {
  const { kind, code, retryAfterSeconds } = error as Record<string, unknown>
  assert.deepEqual([kind, code, retryAfterSeconds], ['unavailable', 'database_unavailable', 1], String(error))
  return true
}

suite('PostgreSQL', { skip }, () => {
  let proxy: EngineProxy
  let server: Awaited<ReturnType<typeof createDatabase>>
  /** By way of the proxy. */
  let db: Awaited<ReturnType<typeof open>>
  let witness: Awaited<ReturnType<typeof open>>
  let next = 0

  before(async () => {
    server = await createDatabase(newName())
    proxy = await openProxy(server.url)
    db = await open(proxy.url)
    witness = await open(server.url)
    await witness.write((tx) => sql`create table notes (id bigint primary key)`.execute(tx))
  })
  after(async () => {
    proxy.comeBack()
    await db.close()
    await witness.close()
    await proxy.close()
    await server.drop()
  })

  const note = (id: number) => db.write((tx) => sql`insert into notes (id) values (${id})`.execute(tx))
  const count = async (handle = witness) =>
    Number((await sql<{ n: number }>`select count(*) as n from notes`.execute(handle.read)).rows[0]?.n)

  test('while the server takes no changes they are refused, and once it does again they go on', async () => {
    const setting = `alter database ${new URL(server.url).pathname.slice(1)} set default_transaction_read_only`
    await sql.raw(`${setting} = on`).execute(witness.read)
    // Sessions that begin now stay as they began.
    proxy.cut()
    await eventually(() => note(++next).then(() => false, isUnavailable))
    const before = await count(db)
    await sql.raw(`${setting} = off`).execute(witness.read)
    await eventually(() =>
      note(++next)
        .then(() => true, isUnavailable)
        .then(async () => (await count()) > before),
    )
  })

  test('a change that goes on after a statement of it failed is refused as a whole', async () => {
    const before = await count()
    next += 1
    await note(next)
    const stubborn = db.write(async (tx) => {
      await sql`insert into notes (id) values (${next + 1})`.execute(tx)
      await sql`insert into notes (id) values (${next})`.execute(tx).catch(() => {})
    })
    await assert.rejects(stubborn, { code: '23505' })
    assert.equal(await count(), before + 1)
  })

  test('a commit whose answer never comes is told to be in doubt, and is not sent again', async () => {
    const before = await count()
    next += 1
    const inDoubt = db.write(async (tx) => {
      await sql`insert into notes (id) values (${next})`.execute(tx)
      proxy.mute()
    })
    const told = assert.rejects(
      inDoubt,
      (error: Error) => isUnavailable(error) && /may or may not/.test(error.message),
    )
    await eventually(async () => (await count()) === before + 1)
    proxy.cut()
    await told
    proxy.comeBack()
    assert.equal(await count(), before + 1)
    next += 1
    await note(next)
  })

  test('a connection that is lost in the midst of a change has it fail, with nothing left', async () => {
    const before = await count()
    const cut = db.write(async (tx) => {
      await sql`insert into notes (id) values (${next + 1})`.execute(tx)
      proxy.cut()
      await sql`insert into notes (id) values (${next + 2})`.execute(tx)
    })
    await assert.rejects(cut, isUnavailable)
    assert.equal(await count(), before)
  })

  test('while it is away reads, changes and pings are refused; once it is back they are not', async () => {
    proxy.refuse()
    await assert.rejects(count(db), isUnavailable)
    await assert.rejects(note(next + 1), isUnavailable)
    await assert.rejects(db.ping())
    proxy.comeBack()
    await db.ping()
    next += 1
    await note(next)
    assert.equal(await count(db), await count())
  })

  test('a silent server keeps nobody waiting for a connection for more than a few seconds', async () => {
    proxy.cut()
    await eventually(() =>
      db.ping().then(
        () => true,
        () => false,
      ),
    )
    proxy.hang()
    const begun = performance.now()
    const questions = Array.from({ length: 40 }, () => count(db))
    await assert.rejects(db.ping())
    const pinged = performance.now() - begun
    const outcomes = Promise.allSettled(questions)
    await assert.rejects(Promise.race(questions.slice(1)), isUnavailable)
    const refused = performance.now() - begun
    proxy.comeBack()
    await outcomes
    assert.ok(pinged < 2_900, `${pinged} ms`)
    assert.ok(refused < 5_000, `${refused} ms`)
    assert.equal(await count(db), await count())
  })

  test('statements prepared before a migration of another process go on after it', async () => {
    const all = () => sql<{ id: number }>`select * from notes order by id`.execute(db.read)
    const inside = () => db.write((tx) => sql<{ id: number }>`select * from notes order by id`.execute(tx))
    await all()
    await witness.write((tx) => sql`alter table notes add column one bigint not null default 1`.execute(tx))
    assert.deepEqual(Object.keys((await all()).rows[0] ?? {}), ['id', 'one'])
    await witness.write((tx) => sql`alter table notes add column two bigint not null default 2`.execute(tx))
    assert.deepEqual(Object.keys((await inside()).rows[0] ?? {}), ['id', 'one', 'two'])
  })

  test('what is acknowledged is on disk, also where the server is set to be quick', async () => {
    const quick = await createDatabase(newName())
    const name = new URL(quick.url).pathname.slice(1)
    await witness.read.executeQuery(
      sql.raw(`alter database ${name} set synchronous_commit = off`).compile(witness.read),
    )
    const handle = await open(quick.url)
    const { rows } = await sql`show synchronous_commit`.execute(handle.read)
    await handle.close()
    await quick.drop()
    assert.deepEqual(rows, [{ synchronous_commit: 'on' }])
  })
})

suite('PostgreSQL at the start', { skip }, () => {
  test('is waited for, which is told once', async () => {
    const server = await createDatabase(newName())
    const proxy = await openProxy(server.url)
    proxy.refuse()
    const told = Promise.withResolvers<string>()
    const errors: unknown[] = []
    const opening = open(proxy.url, (error) => {
      errors.push(error)
      told.resolve((error as Error).message)
    })
    assert.match(
      await told.promise,
      /^The PostgreSQL at 127\.0\.0\.1:\d+\/t\w+ does not answer yet \(.+\)\. Waiting for it\.$/,
    )
    proxy.comeBack()
    const db = await opening
    await db.ping()
    await db.close()
    await proxy.close()
    await server.drop()
    assert.equal(errors.length, 1)
  })

  test('is told at once to be of no use when waiting would not mend it', async () => {
    const latin = await createDatabase(
      newName(),
      "template template0 encoding LATIN1 lc_collate 'C' lc_ctype 'C'",
    )
    const url = new URL(latin.url)
    url.password = 'a secret'
    const refused: [string, RegExp][] = [
      [url.href, /cannot be used: its encoding is LATIN1/],
      [
        url.href.replace(url.pathname, '/nowhere_at_all'),
        /cannot be used: database "nowhere_at_all" does not exist/,
      ],
      [
        url.href.replace('postgres:a%20secret@', 'nobody_at_all:a%20secret@'),
        /cannot be used: .+nobody_at_all/,
      ],
    ]
    for (const [wrong, sentence] of refused) {
      await assert.rejects(
        open(wrong),
        (error: Error) => sentence.test(error.message) && !/secret/.test(error.message),
      )
    }
    await latin.drop()
  })
})
