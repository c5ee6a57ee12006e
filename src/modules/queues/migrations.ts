import type { Migrations } from '../../platform/database/index.ts'

export const migrations: Migrations = {
  '001_queues': (type) => [
    `create table queues (
      name text primary key,
      max_deliveries ${type.ref} not null,
      lease_seconds ${type.ref} not null,
      ttl_seconds ${type.ref},
      created_at ${type.time} not null
    ) ${type.table}`,
  ],
}
