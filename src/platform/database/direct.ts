import type { Kysely } from 'kysely'

/** A statement whose text is made, with the values in it; answers its rows. */
type Run = (text: string, values: readonly unknown[]) => unknown[] | Promise<unknown[]>

const ways = new WeakMap<object, Run>()

/** For drivers: the way of `sql` to its connection, past Kysely, which does more around a small query than the query does. */
export function openDirectWay<Tables>(sql: Kysely<Tables>, run: Run): Kysely<Tables> {
  ways.set(sql, run)
  return sql
}

export function directWayOf(sql: object): Run | undefined {
  return ways.get(sql)
}
