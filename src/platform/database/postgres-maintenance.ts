import { connectAlone } from './postgres-pool.ts'
import { quoted } from './whole-tables.ts'

/** One statement that is no part of a transaction. */
export async function runOnServer(url: string, statement: string): Promise<void> {
  const client = await connectAlone(url)
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Drops every table. */
export async function clearDatabase(url: string): Promise<void> {
  const client = await connectAlone(url)
  try {
    const tables = await client.query<{ name: string }>(
      "select relname::text as name from pg_class where relkind in ('r', 'p') and relnamespace = current_schema()::regnamespace",
    )
    const names = tables.rows.map(({ name }) => quoted(name))
    if (names.length > 0) await client.query(`drop table ${names.join(', ')} cascade`)
  } finally {
    await client.end()
  }
}
