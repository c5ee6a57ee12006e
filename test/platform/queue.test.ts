import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { ABLE, queueContract } from '../contracts/queue.ts'
import { unreachable } from '../support/engines.ts'
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
