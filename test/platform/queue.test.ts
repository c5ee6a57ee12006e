import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sql } from 'kysely'
import { SQLITE_FILE } from '../../src/platform/database/index.ts'
import { ABLE, queueContract } from '../contracts/queue.ts'
import { unreachable } from '../support/engines.ts'
import { openInstallation, settingsOn } from '../support/installation.ts'
import { startLoggia } from '../support/loggia.ts'
import { openTablesOnPostgres, openTablesOnSqlite } from '../support/queue-tables.ts'

queueContract('tables on SQLite', openTablesOnSqlite)

const withoutPostgres = await unreachable('postgres')
queueContract('tables on PostgreSQL', openTablesOnPostgres, ABLE, withoutPostgres)

for (const [engine, open, skip] of [
  ['SQLite', openTablesOnSqlite, false],
  ['PostgreSQL', openTablesOnPostgres, withoutPostgres],
] as const)
  test(`a row that another program inserts on ${engine} is a message`, { skip }, async (t) => {
    const { db, queue, close } = await open()
    t.after(close)
    await sql`
      insert into queue_messages (queue, body, state, held_until, deliveries, pushed_at)
      values ('orders', '{"order":17}', 'waiting', 0, 0, 1795000000000)`.execute(db.read)
    const request = { max: 10, leaseSeconds: 60, waitSeconds: 0, deliveriesMax: 5 }
    const [{ receipt, ...delivery } = { receipt: '' }, ...others] = await queue.receive('orders', request)
    assert.deepEqual(others, [])
    assert.deepEqual(delivery, { id: '1', body: '{"order":17}', deliveries: 1, pushedAt: 1795000000000 })
    assert.deepEqual(await queue.ack('orders', [receipt]), { done: 1, stale: [] })
  })

test('a row of another program that is no JSON is received as its text, and holds up none beside it', async (t) => {
  const { path, remove } = await openInstallation([])
  const loggia = await startLoggia(settingsOn([], path), { dataDir: path })
  t.after(() => loggia.close().then(remove))
  const { token } = await loggia.registerAdmin('root')
  await loggia.call('POST', '/api/v1/queues/orders/messages', { token, body: { body: { order: 17 } } })
  const database = new DatabaseSync(join(path, SQLITE_FILE))
  database.exec(`insert into queue_messages (queue, body, state, held_until, deliveries, pushed_at)
    values ('orders', 'order 18', 'waiting', 0, 0, 1795000000000)`)
  database.close()
  const { body } = await loggia.call('POST', '/api/v1/queues/orders/receive', { token, body: { max: 2 } })
  assert.deepEqual(
    body.messages.map((message: { body: unknown }) => message.body),
    [{ order: 17 }, 'order 18'],
  )
})
