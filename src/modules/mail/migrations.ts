import type { Migrations } from '../../platform/database/index.ts'

export const migrations: Migrations = {
  '001_mails': (type) => [
    `create table mails (
      id ${type.id},
      user_id ${type.ref} references users (id) on delete cascade,
      template text not null,
      recipient text not null,
      subject text not null,
      html text not null,
      text text not null,
      state text not null check (state in ('queued', 'sent', 'kept', 'failed')),
      error text,
      message_id text not null unique,
      created_at ${type.time} not null,
      finished_at ${type.time}
    ) ${type.table}`,
    'create index mails_user on mails (user_id)',
  ],
  // SQLite changes no check; a column with another takes its place.
  '002_outcomes_and_secrets': (type) => [
    'alter table mails rename column state to state_before',
    `alter table mails add column state text not null default 'queued'
      check (state in ('queued', 'sending', 'sent', 'kept', 'failed', 'unknown'))`,
    'update mails set state = state_before',
    'alter table mails drop column state_before',
    'alter table mails add column secret text',
    `alter table mails add column secret_until ${type.time}`,
    'create index mails_state on mails (state, id)',
    'create index mails_created on mails (created_at)',
    'create index mails_secret on mails (secret_until) where secret is not null',
  ],
}
