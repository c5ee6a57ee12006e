import { inTablesOf, type Migrations, type Transaction } from '../../platform/database/index.ts'
import { shownOf, textKey } from './rows.ts'
import type { TaskTables } from './tables.ts'

/** A task without a day is due after all others; said so in the index, for engines disagree about where nothing sorts. */
export const NEVER = 9_007_199_254_740_991
export const DUE = `coalesce(due_at, ${NEVER})`

export const migrations: Migrations = {
  '001_tasks': (type) => [
    `create table tasks (
      id ${type.id},
      author_id ${type.ref} not null references users (id) on delete cascade,
      text text not null check (length(text) between 1 and 200),
      done ${type.flag} not null check (done in (0, 1)),
      due_at ${type.time},
      created_at ${type.time} not null,
      updated_at ${type.time} not null
    ) ${type.table}`,
    'create index tasks_author on tasks (author_id, id)',
    'create index tasks_author_done on tasks (author_id, done, id)',
  ],
  '002_changes': (type) => [
    `create table task_owners (
      user_id ${type.ref} primary key references users (id) on delete cascade,
      last_change ${type.ref} not null,
      last_at ${type.time} not null,
      purged_change ${type.ref} not null default 0
    ) ${type.table}`,
    `create table task_tombstones (
      user_id ${type.ref} not null references users (id) on delete cascade,
      change ${type.ref} not null,
      task_id ${type.ref} not null,
      deleted_at ${type.time} not null,
      primary key (user_id, change)
    ) ${type.table}`,
    'create index task_tombstones_age on task_tombstones (deleted_at)',
    `alter table tasks add column change ${type.ref} not null default 0`,
    `alter table tasks add column text_key ${type.sortedText} not null default ''`,
    `alter table tasks add column shown text not null default ''`,
    `update tasks set change = numbered.place from (
      select id, row_number() over (partition by author_id order by updated_at, id) as place from tasks
    ) as numbered where numbered.id = tasks.id`,
    `insert into task_owners (user_id, last_change, last_at)
      select author_id, max(change), max(updated_at) from tasks group by author_id`,
    fillDerived,
    'create unique index tasks_author_change on tasks (author_id, change)',
    `create index tasks_author_due on tasks (author_id, (${DUE}), id)`,
    'create index tasks_author_text on tasks (author_id, text_key, id)',
  ],
}

const CHUNK = 1000

/** What the program derives from a task, for those that were made before it did. */
async function fillDerived(tx: Transaction): Promise<void> {
  const tasks = inTablesOf<TaskTables>(tx)
  for (let after = 0; ; ) {
    const chunk = tasks.selectFrom('tasks').where('id', '>', after).orderBy('id').limit(CHUNK)
    const rows = await chunk.selectAll().execute()
    for (const row of rows) {
      const derived = { text_key: textKey(row.text), shown: shownOf(row) }
      await tasks.updateTable('tasks').where('id', '=', row.id).set(derived).execute()
    }
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.id
  }
}
