import type { Migrations } from '../../platform/database/index.ts'

export const migrations: Migrations = {
  '001_alerts': (type) => [
    `create table alert_rules (
      id ${type.id},
      name text not null,
      category_contains text,
      make text,
      created_at ${type.time} not null,
      check (category_contains is not null or make is not null)
    ) ${type.table}`,
    `insert into alert_rules (name, category_contains, created_at)
      values ('Suspicious vehicle', 'SUSPICIOUS_VEHICLE', ${Date.now()})`,
    `create table alert_counter (last_id ${type.ref} not null) ${type.table}`,
    'insert into alert_counter (last_id) values (0)',
    `create table alerts (
      id ${type.ref} primary key,
      rule_id ${type.ref} references alert_rules (id) on delete set null,
      rule text not null,
      detection_id ${type.ref} not null,
      detection text not null,
      created_at ${type.time} not null,
      unique (rule_id, detection_id)
    ) ${type.table}`,
    `create table alert_tickets (
      ticket_hash text primary key,
      user_id ${type.ref} not null,
      session_id text not null references sessions (id) on delete cascade,
      token_expires_at ${type.time},
      expires_at ${type.time} not null
    ) ${type.table}`,
    'create index alert_tickets_session on alert_tickets (session_id)',
    'create index alert_tickets_expiry on alert_tickets (expires_at)',
  ],
}
