import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { migrations as tasks } from '../../src/modules/tasks/index.ts'
import { migrations as users } from '../../src/modules/users/index.ts'
import { migrate, openDatabase } from '../../src/platform/database/index.ts'
import { openInstallation, settingsFor } from '../support/installation.ts'
import { stored } from '../support/stored.ts'

test('tasks made before changes were numbered get numbers, keys and texts of their own', async () => {
  const { path: dataDir, remove } = await openInstallation()
  const db = await openDatabase({
    url: settingsFor(dataDir)['DATABASE_URL'] || undefined,
    dataDir,
    onError: () => {},
  })
  const { '001_tasks': first } = tasks
  await migrate(db, { users, tasks: first ? { '001_tasks': first } : {} })
  await db.write(async (tx) => {
    for (const id of [1, 2])
      await sql`insert into users (id, username, username_key, role, locale, created_at, updated_at)
        values (${id}, ${`u${id}`}, ${`u${id}`}, 'user', 'en', 0, 0)`.execute(tx)
    for (const [id, author, updated] of [
      [1, 1, 30],
      [2, 2, 20],
      [3, 1, 10],
    ])
      await sql`insert into tasks (id, author_id, text, done, due_at, created_at, updated_at)
        values (${id}, ${author}, 'ÄRGER "1"', 1, null, 5, ${updated})`.execute(tx)
  })

  assert.deepEqual(await migrate(db, { users, tasks }), ['tasks/002_changes'])
  await db.close()
  const rows = await stored(dataDir, 'select id, change, text_key, shown from tasks order by id')
  assert.deepEqual(
    rows.map(({ id, change, text_key }) => [id, change, text_key]),
    [
      [1, 2, 'ärger "1"'],
      [2, 1, 'ärger "1"'],
      [3, 1, 'ärger "1"'],
    ],
  )
  assert.deepEqual(JSON.parse(`{${rows[0]?.['shown']}}`), {
    text: 'ÄRGER "1"',
    done: true,
    due_at: null,
    created_at: '1970-01-01T00:00:00.005Z',
    updated_at: '1970-01-01T00:00:00.030Z',
    change: 2,
  })
  assert.deepEqual(
    await stored(dataDir, 'select user_id, last_change, last_at from task_owners order by user_id'),
    [
      { user_id: 1, last_change: 2, last_at: 30 },
      { user_id: 2, last_change: 1, last_at: 20 },
    ],
  )
  await remove()
})
