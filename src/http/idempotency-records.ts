import type { Clock } from '../kit/clock.ts'
import { conflict, type LoggiaError } from '../kit/errors.ts'
import {
  type Database,
  inTablesOf,
  keptQuery,
  type Migrations,
  type NoTables,
  type Transaction,
  type TransactionOf,
  tablesOf,
} from '../platform/database/index.ts'
import { seal, unseal } from './idempotency-seal.ts'

interface IdempotencyTables extends NoTables {
  idempotency: { key_hash: string; fingerprint: string; answer: Uint8Array; created_at: number }
}

export const migrations: Migrations = {
  '001_idempotency': (type) => [
    `create table idempotency (
      key_hash text primary key,
      fingerprint text not null,
      answer ${type.bytes} not null,
      created_at ${type.time} not null
    ) ${type.table}`,
    'create index idempotency_age on idempotency (created_at)',
  ],
}

/** A repeat within this time is answered from the record; later it is a new request. */
const KEPT_MS = 24 * 3600 * 1000

export interface KeyedRequest {
  key: string
  /** Of the key and its caller: two callers may choose the same key. */
  keyHash: string
  /** Of method, address and body. */
  fingerprint: string
}

/** What was answered to which keyed request. */
export function createIdempotencyRecords(options: { db: Database; clock: Clock }) {
  const { clock } = options
  const db = tablesOf<IdempotencyTables>(options.db)
  const find = createFind()
  const insert = createInsert()

  return {
    /** The answer, and whether it was to this very request; `null` when the key is new. */
    async find({
      key,
      keyHash,
      fingerprint,
    }: KeyedRequest): Promise<{ answer: () => string; same: boolean } | null> {
      const [row] = await find(db.read, { keyHash, outlived: clock() - KEPT_MS })
      if (row === undefined) return null
      return { same: row.fingerprint === fingerprint, answer: () => unseal(row.answer, key) }
    },

    /** Throws `idempotency_in_progress` when another process was quicker. */
    async insert(
      tx: Transaction,
      { key, keyHash, fingerprint }: KeyedRequest,
      answer: string,
    ): Promise<void> {
      const now = clock()
      const record = { keyHash, fingerprint, answer: seal(answer, key), now, outlived: now - KEPT_MS }
      const inserted = await insert(inTablesOf<IdempotencyTables>(tx), record)
      if (inserted.length === 0) throw stillInProgress()
    },

    async replace(tx: Transaction, { key, keyHash }: KeyedRequest, answer: string): Promise<void> {
      const record = inTablesOf<IdempotencyTables>(tx).updateTable('idempotency')
      await record
        .where('key_hash', '=', keyHash)
        .set({ answer: seal(answer, key) })
        .execute()
    },

    async remove(tx: Transaction, { keyHash }: KeyedRequest): Promise<void> {
      const tables = inTablesOf<IdempotencyTables>(tx)
      await tables.deleteFrom('idempotency').where('key_hash', '=', keyHash).execute()
    },

    async purge(): Promise<void> {
      await db.write((tx) =>
        tx
          .deleteFrom('idempotency')
          .where('created_at', '<=', clock() - KEPT_MS)
          .execute(),
      )
    },
  }
}

function createFind() {
  return keptQuery((sql: TransactionOf<IdempotencyTables>, { keyHash, outlived }: Sought) =>
    sql
      .selectFrom('idempotency')
      .where('key_hash', '=', keyHash)
      .where('created_at', '>', outlived)
      .select(['fingerprint', 'answer'])
      .compile(),
  )
}

type Sought = { keyHash: string; outlived: number }

/** Answers nothing where there is a record that still counts. */
function createInsert() {
  return keptQuery(
    (sql: TransactionOf<IdempotencyTables>, { keyHash, fingerprint, answer, now, outlived }: NewRecord) =>
      sql
        .insertInto('idempotency')
        .values({ key_hash: keyHash, fingerprint, answer, created_at: now })
        .onConflict((clash) =>
          clash
            .column('key_hash')
            .doUpdateSet((row) => ({
              fingerprint: row.ref('excluded.fingerprint'),
              answer: row.ref('excluded.answer'),
              created_at: row.ref('excluded.created_at'),
            }))
            .where('idempotency.created_at', '<=', outlived),
        )
        .returning('key_hash')
        .compile(),
  )
}

type NewRecord = Sought & { fingerprint: string; answer: Uint8Array; now: number }

export function stillInProgress(): LoggiaError {
  return conflict(
    'idempotency_in_progress',
    'The first request with this Idempotency-Key is still in progress.',
  )
}
