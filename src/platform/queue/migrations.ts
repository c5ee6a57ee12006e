import type { Migrations } from '../database/index.ts'

export const migrations: Migrations = {
  '001_messages': (type) => [
    `create table queue_messages (
      id ${type.id},
      queue text not null,
      body text not null,
      state text not null check (state in ('waiting', 'held', 'dead')),
      -- 0 while waiting; the moment at which a leased or delayed message waits again
      held_until ${type.time} not null,
      receipt text,
      deliveries integer not null,
      dedup_id text,
      expires_at ${type.time},
      pushed_at ${type.time} not null,
      reason text
    ) ${type.table}`,
    // Receiving walks this index from its first entry, so it costs the same however many messages wait.
    'create index queue_messages_order on queue_messages (queue, state, held_until, id)',
    'create unique index queue_messages_dedup on queue_messages (queue, dedup_id) where dedup_id is not null',
  ],
  // An index for each state: what is counted, browsed and received next is a stretch of one of them, without a look at rows.
  '002_index_by_state': () => [
    'drop index queue_messages_order',
    "create index queue_messages_waiting on queue_messages (queue, (id + 0)) where state = 'waiting'",
    "create index queue_messages_held on queue_messages (queue, held_until, (id + 0)) where state = 'held'",
    "create index queue_messages_delayed on queue_messages (queue, held_until, (id + 0)) where state = 'held' and receipt is null",
    "create index queue_messages_dead on queue_messages (queue, (id + 0)) where state = 'dead'",
  ],
  '003_index_of_expiring': () => [
    'create index queue_messages_expiring on queue_messages (queue, expires_at) where expires_at is not null and deliveries = 0',
  ],
}
