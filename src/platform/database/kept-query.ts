import { CompiledQuery } from 'kysely'
import { directWayOf } from './direct.ts'
import type { TransactionOf } from './index.ts'

/** Stands where a value will be. */
class Place {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query whose text never changes, only the values in it: `build` is called once, with a stand-in for each. Building a small
 * query's text costs more than running it. Make one for each database.
 */
export function keptQuery<Tables, Values extends Record<string, unknown>, Result>(
  build: (sql: TransactionOf<Tables>, values: Values) => CompiledQuery<Result>,
) {
  let kept: CompiledQuery<Result> | undefined

  return async (sql: TransactionOf<Tables>, values: Values): Promise<Result[]> => {
    kept ??= build(sql, placesOf<Values>(Object.keys(values)))
    return rowsOf<Tables, Result>(sql, kept.sql, filled(kept, values))
  }
}

/**
 * The same for a query whose text follows from its `form` and from which of its values are there: one text is kept for each, so
 * let there be few.
 */
export function keptQueries<Tables, Form extends string, Values extends Record<string, unknown>, Result>(
  build: (sql: TransactionOf<Tables>, form: Form, values: Values) => CompiledQuery<Result>,
) {
  const kept = new Map<string, CompiledQuery<Result>>()

  return async (sql: TransactionOf<Tables>, form: Form, values: Values): Promise<Result[]> => {
    const given = Object.keys(values).filter((name) => values[name] !== undefined)
    const key = `${form} ${given}`
    let query = kept.get(key)
    if (query === undefined) {
      query = build(sql, form, placesOf<Values>(given))
      kept.set(key, query)
    }
    return rowsOf<Tables, Result>(sql, query.sql, filled(query, values))
  }
}

function filled({ parameters }: CompiledQuery, values: Record<string, unknown>): unknown[] {
  return parameters.map((parameter) => (parameter instanceof Place ? values[parameter.name] : parameter))
}

/** Of a statement whose text is made. */
export async function rowsOf<Tables, Row>(
  sql: TransactionOf<Tables>,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const direct = directWayOf(sql)
  if (direct !== undefined) return (await direct(text, values)) as Row[]
  return (await sql.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows
}

function placesOf<Values>(names: string[]): Values {
  return Object.fromEntries(names.map((name) => [name, new Place(name)])) as Values
}
