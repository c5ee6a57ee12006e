import type { Migrations } from '../../platform/database/index.ts'

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
}
