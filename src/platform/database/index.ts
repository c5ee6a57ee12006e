import type { Kysely } from 'kysely'
import type { Idiom } from './idiom.ts'
import type { ColumnTypes } from './migrate.ts'
import type { PostgresFacts } from './postgres-examination.ts'
import { openSqlite } from './sqlite.ts'
import type { WholeTables } from './whole-tables.ts'

/** A handle that names no table: a room sees its own through `tablesOf`, a neighbour's will not compile. */
// biome-ignore lint/complexity/noBannedTypes: Kysely's own word for "no tables"
export type NoTables = {}

/** Queries inside one change. Await nothing but the database here: on SQLite every other change waits meanwhile. */
export type TransactionOf<Tables> = Kysely<Tables>

/** A transaction (or a connection to read from) on its way between rooms: it has no queries until a room looks at it through its own tables. */
export interface Transaction {
  readonly isTransaction: boolean
}

/** One thing that happens whole or not at all. */
export type Change<Tables, Result> = (tx: TransactionOf<Tables>) => Promise<Result>
/** The same for many items at once, with a result for each, in their order. */
export type ChangeOfMany<Tables, Item, Result> = (
  tx: TransactionOf<Tables>,
  items: Item[],
) => Promise<Result[]>

/**
 * `serial`: as if changes ran one after another; what a change has read still holds when it commits.
 * `row_locks`: for changes that many make at once to the same few rows, and that are right with this much: a statement sees
 * what is committed when it begins, and a row that was written stays locked until the commit. They wait for one another
 * where `serial` ones would have to begin again. SQLite knows only `serial`.
 */
export type Isolation = 'serial' | 'row_locks'

export interface Database<Tables = NoTables> {
  /** Sees only what is committed and on disk. */
  readonly read: Kysely<Tables>
  /**
   * Runs `change` whole or not at all, and resolves after its commit is on disk. Changes do not nest. A change that another
   * one got in the way of is run again from its start, so it leaves no trace but in the database; one of whose statements
   * failed fails as a whole, so it may give the failure another name but not go on.
   * Throws what `change` throws, or `database_unavailable` when the commit failed.
   */
  write<Result>(change: Change<Tables, Result>, isolation?: Isolation): Promise<Result>
  /**
   * For a change that many callers make at once, each with an item of its own: the returned function is as `write` under
   * `row_locks`, but the items of those who come while a change runs are changed together by the next one.
   */
  gathered<Item, Result>(change: ChangeOfMany<Tables, Item, Result>): (item: Item) => Promise<Result>
  readonly idiom: Idiom
}

export interface OpenDatabase extends Database {
  readonly columnTypes: ColumnTypes
  /** As `write`, while no other process is in its own, and as long as it takes: for migrations. */
  writeAlone<Result>(change: Change<NoTables, Result>): Promise<Result>
  readonly wholeTables: WholeTables
  /** Reads everything as it stood in one moment, however long it takes and whoever writes meanwhile. */
  atOneMoment<Result>(read: (moment: Moment) => Promise<Result>): Promise<Result>
  /** Throws when the engine does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

export interface Moment {
  tx: TransactionOf<NoTables>
  /** Only a database that is a file has it: a copy of that very moment. */
  copyTo?(path: string): Promise<void>
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

/** What the PostgreSQL at `url` says of itself. Throws what it or the network says instead. */
export async function examinePostgres(url: string): Promise<PostgresFacts> {
  return (await import('./postgres-examination.ts')).examinePostgres(url)
}

/** One statement on the PostgreSQL at `url`, outside of any transaction. */
export async function runOnServer(url: string, statement: string): Promise<void> {
  await (await import('./postgres-maintenance.ts')).runOnServer(url, statement)
}

/** Drops every table of the PostgreSQL database at `url`. */
export async function clearDatabase(url: string): Promise<void> {
  await (await import('./postgres-maintenance.ts')).clearDatabase(url)
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
export type { Idiom, RowColumns } from './idiom.ts'
export { keptQueries, keptQuery } from './kept-query.ts'
export { createKeyset, type Order } from './keyset.ts'
export { type ColumnTypes, type Migrations, migrate, migrationsOf, type Stand } from './migrate.ts'
export { rowInsert } from './row-insert.ts'
export { rowsQuery } from './rows-query.ts'
export { SQLITE_FILE, sqliteFaults } from './sqlite.ts'
export { isForeignKeyViolation, isUniqueViolation } from './violations.ts'
export type { WholeRow, WholeTable, WholeTables } from './whole-tables.ts'
