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
}
