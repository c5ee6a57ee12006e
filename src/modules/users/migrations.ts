import type { Migrations } from '../../platform/database/index.ts'

export const migrations: Migrations = {
  '001_users': (type) => [
    `create table users (
      id ${type.id},
      username text not null,
      username_key text not null unique,
      email text,
      email_key text unique,
      email_verified_at ${type.time},
      gender text,
      profile_pic text,
      role text not null check (role in ('user', 'admin')),
      locale text not null,
      disabled_at ${type.time},
      created_at ${type.time} not null,
      updated_at ${type.time} not null
    ) ${type.table}`,
    `create table user_stats (
      user_id ${type.ref} primary key references users (id) on delete cascade,
      session_count ${type.ref} not null default 0 check (session_count >= 0),
      victory_count ${type.ref} not null default 0 check (victory_count >= 0),
      loss_count ${type.ref} not null default 0 check (loss_count >= 0),
      total_time ${type.ref} not null default 0 check (total_time >= 0)
    ) ${type.table}`,
  ],
  '002_names': () => [
    'alter table users add column given_name text',
    'alter table users add column family_name text',
  ],
}
