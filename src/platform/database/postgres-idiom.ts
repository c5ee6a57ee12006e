import { sql } from 'kysely'
import type { Idiom } from './idiom.ts'

export const postgresIdiom: Idiom = {
  rows(rows, columns) {
    const members = Object.entries(columns).map(([name, type]) => sql.raw(`${name} ${type}`))
    return sql`(select * from json_to_recordset(${JSON.stringify(rows)}) as row_given (${sql.join(members)}))`
  },
  // Of an array the planner expects a few members, of a select with a limit that it does not know a tenth of the table.
  amongThose: (select) => sql`= any(array(${select}))`,
  skipLocked: sql`for update skip locked`,
  async alongIndexes(tx) {
    await sql`set local enable_bitmapscan = off`.execute(tx)
  },
  contains: (column, text) => sql<boolean>`strpos(${sql.ref(column)}, ${text}) > 0`,
}
