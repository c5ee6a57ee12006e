import { CompiledQuery } from 'kysely'
import type { NoTables, TransactionOf } from './index.ts'

export type WholeRow = Record<string, unknown>

export interface WholeTable {
  name: string
  columns: string[]
  /** It numbers its rows itself. */
  numbers: boolean
}

/** Tables as a whole, whatever is in them: for moving and comparing them. No room is known here. */
export interface WholeTables {
  /** Those of the program, in the order of their making: none points to a later one. */
  list(tx: TransactionOf<NoTables>): Promise<WholeTable[]>
  /** All rows, in batches and in no order. */
  rows(tx: TransactionOf<NoTables>, table: WholeTable): AsyncIterable<WholeRow[]>
  /** Writes rows as they are, ids and all. */
  insert(tx: TransactionOf<NoTables>, table: WholeTable, rows: WholeRow[]): Promise<void>
  /** The highest id that the table has given, whether or not its row is still there; 0: none. */
  lastId(tx: TransactionOf<NoTables>, table: WholeTable): Promise<number>
  setLastId(tx: TransactionOf<NoTables>, table: WholeTable, id: number): Promise<void>
}

/** Below what either engine takes in one statement: 65,535 and 32,766. */
const VALUES_MAX = 32_000
/** As many as one statement inserts. */
const ROWS_MAX = 500
/** What a batch should come to: rows may be a megabyte each. */
const BATCH_BYTES = 4 * 1024 * 1024
/** Nothing is known of a table's rows before its first. */
const ROWS_AT_FIRST = 20

/** `placeholder`: of the value of this number, from 1. In our own words, for Kysely would build a tree of thousands of nodes for each batch. */
export function insertWith(placeholder: (number: number) => string): WholeTables['insert'] {
  return async (tx, { name, columns }, rows) => {
    const atOnce = Math.min(ROWS_MAX, Math.floor(VALUES_MAX / columns.length))
    for (let at = 0; at < rows.length; at += atOnce) {
      const batch = rows.slice(at, at + atOnce)
      const values = batch.flatMap((row) => columns.map((column) => row[column]))
      const places = batch.map(
        (_, row) => `(${columns.map((_, column) => placeholder(row * columns.length + column + 1))})`,
      )
      const text = `insert into ${quoted(name)} (${columns.map(quoted)}) values ${places}`
      await tx.executeQuery(CompiledQuery.raw(text, values))
    }
  }
}

/** How many rows to read at a time, by the size of those before: memory stays bounded, whatever the rows are. */
export function createPace() {
  let atOnce = ROWS_AT_FIRST
  return {
    atOnce: () => atOnce,
    saw(rows: WholeRow[]): void {
      const bytesEach = rows.reduce((sum, row) => sum + bytesOf(row), 0) / Math.max(rows.length, 1)
      atOnce = Math.max(1, Math.min(ROWS_MAX, Math.floor(BATCH_BYTES / Math.max(bytesEach, 1))))
    },
  }
}

function bytesOf(row: WholeRow): number {
  let bytes = 0
  for (const value of Object.values(row))
    bytes += typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
  return bytes
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
