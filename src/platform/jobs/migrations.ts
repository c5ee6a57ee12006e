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
  '002_claims': (type) => [
    `alter table outbox add column claimed_until ${type.time} not null default 0`,
    // A claim changes no indexed column, and a backlog of one job is stepped over when looking for the others.
    'create index outbox_order on outbox (job, id)',
  ],
}
