import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

type Row = Record<string, unknown>

/** What the SQLite file of a server holds, looked at from outside. */
export function stored(dataDir: string, query: string, ...values: (string | number)[]): Row[] {
  const database = new DatabaseSync(join(dataDir, 'loggia.db'), { readOnly: true })
  try {
    return database
      .prepare(query)
      .all(...values)
      .map((row) => ({ ...row }))
  } finally {
    database.close()
  }
}

/** Every text of every table, for what must not be there. */
export function allStoredText(dataDir: string): string {
  const tables = stored(dataDir, "select name from sqlite_master where type = 'table'")
  return JSON.stringify(tables.map(({ name }) => stored(dataDir, `select * from "${name}"`)))
}

/** Rows of the table by the user they belong to, in every table that has such a column. */
export function rowsOfUser(dataDir: string, userId: number): Record<string, number> {
  const columns = stored(
    dataDir,
    `select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c
     where m.type = 'table' and c.name in ('user_id', 'owner_id', 'author_id')`,
  )
  const counts = columns.map(({ table, column }) => {
    const [row] = stored(dataDir, `select count(*) as count from "${table}" where "${column}" = ?`, userId)
    return [`${table}.${column}`, Number(row?.['count'])] as const
  })
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}
