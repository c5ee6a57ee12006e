import type { Compilable } from 'kysely'
import type { TransactionOf } from './index.ts'
import { rowsOf } from './kept-query.ts'

/** Above so many rows a text is longer than it is dear. */
const KEPT_ROWS_MAX = 8

/**
 * An insert of rows that all have the same columns, in the same order, each one parameter. Its text depends on nothing but
 * their number, and building it costs more than running it: for few rows it is kept. Make one for each database.
 */
export function rowInsert<Tables, NewRow extends object, Result>(
  build: (tx: TransactionOf<Tables>, rows: NewRow[]) => Compilable<Result>,
) {
  const texts = new Map<number, string>()

  function textFor(tx: TransactionOf<Tables>, rows: NewRow[]): string {
    const kept = texts.get(rows.length)
    if (kept !== undefined) return kept
    const text = build(tx, rows).compile().sql
    if (rows.length <= KEPT_ROWS_MAX) texts.set(rows.length, text)
    return text
  }

  return async (tx: TransactionOf<Tables>, rows: NewRow[]): Promise<Result[]> => {
    const parameters = rows.flatMap((row) => Object.values(row))
    return rowsOf<Tables, Result>(tx, textFor(tx, rows), parameters)
  }
}
