import type { Kysely } from 'kysely'
import type { ColumnTypes } from './migrate.ts'
import { openSqlite } from './sqlite.ts'

/** A handle that names no table: a room sees its own through `tablesOf`, a neighbour's will not compile. */
// biome-ignore lint/complexity/noBannedTypes: Kysely's own word for "no tables"
export type NoTables = {}

/** Queries inside one change. Await nothing but the database here: on SQLite every other change waits meanwhile. */
export type TransactionOf<Tables> = Kysely<Tables>

/** A transaction (or a connection to read from) on its way between rooms: it has no queries until a room looks at it through its own tables. */
export interface Transaction {
  readonly isTransaction: boolean
}

export interface Database<Tables = NoTables> {
  /** Sees only what is committed and on disk. */
  readonly read: Kysely<Tables>
  /**
   * Runs `change` whole or not at all, and resolves after its commit is on disk. Changes do not nest.
   * Throws what `change` throws, or `database_unavailable` when the commit failed.
   */
  write<Result>(change: (tx: TransactionOf<Tables>) => Promise<Result>): Promise<Result>
}

export interface OpenDatabase extends Database {
  readonly columnTypes: ColumnTypes
  /** Throws when the engine does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** The SQLite file in `dataDir`, or the PostgreSQL at `url`. */
export async function openDatabase(options: {
  url: string | undefined
  dataDir: string
  onError: (error: unknown) => void
}): Promise<OpenDatabase> {
  const { url, onError } = options
  if (url === undefined) return openSqlite(options)
  return (await import('./postgres.ts')).openPostgres({ url, onError })
}

/** The same database seen through the tables of one room. */
export function tablesOf<Tables>(db: Database): Database<Tables> {
  return db as unknown as Database<Tables>
}

/** A transaction handed over by another room, seen through the tables of this one. */
export function inTablesOf<Tables>(tx: Transaction): TransactionOf<Tables> {
  return tx as unknown as TransactionOf<Tables>
}

export { afterCommit } from './after-commit.ts'
export { type Migrations, migrate } from './migrate.ts'
export { rowInsert } from './row-insert.ts'
export { isForeignKeyViolation, isUniqueViolation } from './violations.ts'
