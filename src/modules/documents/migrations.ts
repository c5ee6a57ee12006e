import type { Migrations } from '../../platform/database/index.ts'

export const migrations: Migrations = {
  '001_documents': (type) => [
    `create table documents (
      id ${type.id},
      owner_id ${type.ref} not null references users (id) on delete cascade,
      template text not null check (template in ('profile', 'tasks', 'price_list')),
      subject_id ${type.ref} not null,
      state text not null check (state in ('queued', 'running', 'ready', 'failed')),
      progress ${type.ref} not null check (progress between 0 and 100),
      error text,
      created_at ${type.time} not null,
      finished_at ${type.time}
    ) ${type.table}`,
    'create index documents_owner on documents (owner_id, id)',
  ],
  '002_notify': (type) => [`alter table documents add column notify ${type.flag} not null default 0`],
  '003_changes': (type) => [
    `create table document_changes (
      owner_id ${type.ref} primary key references users (id) on delete cascade,
      last_id ${type.ref} not null
    ) ${type.table}`,
    'insert into document_changes (owner_id, last_id) select distinct owner_id, 0 from documents',
    `alter table documents add column change_id ${type.ref} not null default 0`,
    'create index documents_change on documents (owner_id, change_id)',
    'create index documents_subject on documents (subject_id)',
    'create index documents_finished on documents (finished_at)',
  ],
}
