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

export const ROWS_AT_ONCE = 2_000
/** Below what either engine takes in one statement: 65,535 and 32,766. */
const VALUES_MAX = 32_000
const ROWS_PER_INSERT = 500

/** `placeholder`: of the value of this number, from 1. In our own words, for Kysely would build a tree of thousands of nodes for each batch. */
export function insertWith(placeholder: (number: number) => string): WholeTables['insert'] {
  return async (tx, { name, columns }, rows) => {
    const atOnce = Math.min(ROWS_PER_INSERT, Math.floor(VALUES_MAX / columns.length))
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

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
