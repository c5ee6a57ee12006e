import { sql } from 'kysely'
import type { Idiom } from './idiom.ts'

export const sqliteIdiom: Idiom = {
  rows(rows, columns) {
    const members = Object.keys(columns).map((name) => sql.raw(`value ->> '${name}' as ${name}`))
    return sql`(select ${sql.join(members)} from json_each(${JSON.stringify(rows)}))`
  },
  amongThose: (select) => sql`in (${select})`,
  // There is one change at a time.
  skipLocked: sql``,
  contains: (column, text) => sql<boolean>`instr(${sql.ref(column)}, ${text}) > 0`,
}
