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
  '002_more_conditions': (type) => [
    `alter table alert_rules add column year_min ${type.ref}`,
    `alter table alert_rules add column year_max ${type.ref}`,
    `alter table alert_rules add column cooldown_seconds ${type.ref} not null default 0`,
    `alter table alert_rules add column enabled ${type.flag} not null default 1`,
    `create table alert_cooldowns (
      rule_id ${type.ref} not null,
      make_key text not null,
      model_key text not null,
      alerted_at ${type.time} not null,
      primary key (rule_id, make_key, model_key)
    ) ${type.table}`,
    'create index alert_cooldowns_time on alert_cooldowns (alerted_at)',
    "alter table alerts add column make_key text not null default ''",
    `update alerts
      set make_key = coalesce((select make_key from detections where detections.id = alerts.detection_id), '')`,
    'create index alerts_rule on alerts (rule_id, id)',
    'create index alerts_make on alerts (make_key, id)',
  ],
  '003_webhooks': (type) => [
    `create table webhooks (
      id ${type.id},
      url text not null,
      secret text not null,
      rule_id ${type.ref} references alert_rules (id) on delete cascade,
      after_alert_id ${type.ref} not null,
      last_alert_id ${type.ref},
      last_at ${type.time},
      last_status ${type.ref},
      last_error text,
      created_at ${type.time} not null
    ) ${type.table}`,
    'create index webhooks_rule on webhooks (rule_id)',
  ],
  '004_deleted_rules': (type) => [`alter table alert_rules add column deleted_at ${type.time}`],
}
