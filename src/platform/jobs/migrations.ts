import type { Migrations } from '../database/index.ts'

export const migrations: Migrations = {
  '001_outbox': (type) => [
    `create table outbox (
      id ${type.id},
      job text not null,
      payload text not null,
      created_at ${type.time} not null
    ) ${type.table}`,
  ],
}
