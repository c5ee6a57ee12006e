import { sql } from 'kysely'
import type { Idiom } from './idiom.ts'

export const sqliteIdiom: Idiom = {
  rows(rows, columns) {
    const members = Object.keys(columns).map((name) => sql.raw(`value ->> '${name}' as ${name}`))
    return sql`(select ${sql.join(members)} from json_each(${JSON.stringify(rows)}))`
  },
  // A list is a table of its own for each run, which costs more than to find and change one row.
  amongThose: (select, max) => (max === 1 ? sql`= (${select})` : sql`in (${select})`),
  // There is one change at a time.
  skipLocked: sql``,
  // It does so by itself.
  alongIndexes: async () => {},
  contains: (column, text) => sql<boolean>`instr(${sql.ref(column)}, ${text}) > 0`,
}
