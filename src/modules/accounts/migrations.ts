import type { Migrations } from '../../platform/database/index.ts'

export const migrations: Migrations = {
  '001_accounts': (type) => [
    `create table credentials (
      user_id ${type.ref} primary key references users (id) on delete cascade,
      password_hash text not null,
      changed_at ${type.time} not null
    ) ${type.table}`,
    `create table sessions (
      id text primary key,
      user_id ${type.ref} not null references users (id) on delete cascade,
      refresh_id text not null,
      previous_refresh_id text,
      rotated_at ${type.time} not null,
      user_agent text,
      ip text not null,
      created_at ${type.time} not null,
      expires_at ${type.time} not null
    ) ${type.table}`,
    'create index sessions_user on sessions (user_id)',
    'create index sessions_expiry on sessions (expires_at)',
    `create table api_keys (
      id ${type.id},
      user_id ${type.ref} not null references users (id) on delete cascade,
      name text not null,
      secret_hash text not null,
      scopes text not null,
      created_at ${type.time} not null,
      last_used_at ${type.time}
    ) ${type.table}`,
    'create index api_keys_user on api_keys (user_id)',
    `create table one_time_tokens (
      token_hash text primary key,
      purpose text not null check (purpose in ('setup', 'verify_email', 'reset_password')),
      user_id ${type.ref} references users (id) on delete cascade,
      email text,
      expires_at ${type.time} not null
    ) ${type.table}`,
    'create index one_time_tokens_user on one_time_tokens (user_id)',
    `create table signing_keys (
      kid ${type.sortedText} primary key,
      purpose text not null check (purpose in ('access', 'refresh')),
      jwk text not null,
      created_at ${type.time} not null
    ) ${type.table}`,
  ],
  '002_reset_requests': (type) => [
    `create table reset_requests (
      id text primary key,
      answered_at ${type.time} not null
    ) ${type.table}`,
  ],
}
