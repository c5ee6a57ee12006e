import type { RawBuilder } from 'kysely'
import type { Idiom, RowColumns } from './idiom.ts'
import type { TransactionOf } from './index.ts'
import { rowsOf } from './kept-query.ts'

/**
 * A statement over any number of rows, which are one parameter, so that its text never changes: it is built once and stays
 * prepared. `build` is given what stands for the rows in place of a table; they are read in their order. Make one for each
 * database.
 */
export function rowsQuery<Row extends object, Result>(
  idiom: Idiom,
  columns: { [Name in keyof Row]-?: RowColumns[string] },
  build: (given: RawBuilder<unknown>) => RawBuilder<Result>,
) {
  let kept: string | undefined

  return async <Tables>(tx: TransactionOf<Tables>, rows: Row[]): Promise<Result[]> => {
    kept ??= build(idiom.rows([], columns)).compile(tx).sql
    return rowsOf<Tables, Result>(tx, kept, [JSON.stringify(rows)])
  }
}
