import type { Migrations } from '../../platform/database/index.ts'

export const migrations: Migrations = {
  '001_queues': (type) => [
    `create table queues (
      name ${type.sortedText} primary key,
      max_deliveries ${type.ref} not null,
      lease_seconds ${type.ref} not null,
      ttl_seconds ${type.ref},
      created_at ${type.time} not null
    ) ${type.table}`,
    `create table queue_history (
      queue text not null,
      span text not null check (span in ('minute', 'hour')),
      at ${type.time} not null,
      pushed ${type.ref} not null,
      acked ${type.ref} not null,
      primary key (queue, span, at)
    ) ${type.table}`,
    'create index queue_history_age on queue_history (span, at)',
  ],
}
