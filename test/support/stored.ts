import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { suite } from './engines.ts'
import { databaseUrlOf } from './installation.ts'

type Row = Record<string, unknown>
type Value = string | number

/** A database of an installation, from outside of every process of ours. */
interface Opened {
  query(sql: string, values: Value[]): Promise<Row[]>
  /** Several statements, whole or not at all. */
  run(sql: string): Promise<void>
  /** The columns of all tables. */
  columns: string
  close(): Promise<void>
}

/** What the database of the installation in this folder holds. A value stands as `?` in the query. */
export function stored(dataDir: string, query: string, ...values: Value[]): Promise<Row[]> {
  return withDatabase(dataDir, (database) => database.query(query, values))
}

/** Changes it behind the server's back. */
export function tamper(dataDir: string, statements: string): Promise<void> {
  return withDatabase(dataDir, (database) => database.run(statements))
}

/** Every text of every table, for what must not be there. */
export function allStoredText(dataDir: string): Promise<string> {
  return withDatabase(dataDir, async ({ query, columns }) => {
    const tables = await query(`select distinct "table" from (${columns}) as c`, [])
    const rows: Row[] = []
    for (const { table } of tables) rows.push(...(await query(`select * from "${table}"`, [])))
    return JSON.stringify(rows)
  })
}

/** Rows of the table by the user they belong to, in every table that has such a column. */
export function rowsOfUser(dataDir: string, userId: number): Promise<Record<string, number>> {
  return withDatabase(dataDir, async ({ query, columns }) => {
    const owning = `select * from (${columns}) as c where "column" in ('user_id', 'owner_id', 'author_id')`
    const counts: Record<string, number> = {}
    for (const { table, column } of await query(owning, [])) {
      const [row] = await query(`select count(*) as count from "${table}" where "${column}" = ?`, [userId])
      if (Number(row?.['count']) > 0) counts[`${table}.${column}`] = Number(row?.['count'])
    }
    return counts
  })
}

async function withDatabase<Result>(
  dataDir: string,
  use: (database: Opened) => Promise<Result>,
): Promise<Result> {
  const database = await (suite.includes('postgres') ? openPostgres : openSqlite)(dataDir)
  try {
    return await use(database)
  } finally {
    await database.close()
  }
}

async function openSqlite(dataDir: string): Promise<Opened> {
  const database = new DatabaseSync(join(dataDir, 'loggia.db'), { timeout: 5_000 })
  return {
    query: async (sql, values) =>
      database
        .prepare(sql)
        .all(...values)
        .map((row) => ({ ...row })),
    // What is not committed when the connection closes never was.
    run: async (sql) => database.exec(`begin; ${sql}; commit`),
    columns: `select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c
      where m.type = 'table'`,
    close: async () => database.close(),
  }
}

async function openPostgres(dataDir: string): Promise<Opened> {
  const client = new pg.Client(databaseUrlOf(dataDir))
  client.setTypeParser(pg.types.builtins.INT8, Number)
  await client.connect()
  return {
    async query(sql, values) {
      let position = 0
      const text = sql.replaceAll('?', () => {
        position += 1
        return `$${position}`
      })
      return (await client.query(text, values)).rows
    },
    run: async (sql) => void (await client.query(`begin; ${sql}; commit`)),
    columns: `select table_name as "table", column_name as "column" from information_schema.columns
      where table_schema = 'public'`,
    close: () => client.end(),
  }
}
