import { CompiledQuery, sql } from 'kysely'
import type { NoTables, TransactionOf } from './index.ts'
import {
  createPace,
  insertWith,
  quoted,
  type WholeRow,
  type WholeTable,
  type WholeTables,
} from './whole-tables.ts'

export const postgresWholeTables: WholeTables = {
  async list(tx) {
    const { rows } = await sql<WholeTable>`
      select c.relname::text as name, array_agg(a.attname::text order by a.attnum) as columns,
        bool_or(a.attidentity <> '') as numbers
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relkind in ('r', 'p') and c.relnamespace = current_schema()::regnamespace
      group by c.oid, c.relname order by c.oid`.execute(tx)
    return rows
  },

  async *rows(tx, { name, columns }) {
    // A name for each table: under one name the server would take them for one kind of rows.
    const cursor = quoted(`rows of ${name}`)
    const run = (text: string) => tx.executeQuery<WholeRow>(CompiledQuery.raw(text))
    await run(
      `declare ${cursor} no scroll cursor for select ${columns.map(quoted).join(',')} from ${quoted(name)}`,
    )
    const pace = createPace()
    for (;;) {
      const asked = pace.atOnce()
      const { rows } = await run(`fetch forward ${asked} from ${cursor}`)
      if (rows.length > 0) yield rows
      if (rows.length < asked) break
      pace.saw(rows)
    }
    await run(`close ${cursor}`)
  },

  insert: insertWith((number) => `$${number}`),

  async lastId(tx, table) {
    if (!table.numbers) return 0
    const { rows } = await tx.executeQuery<{ last: number }>(
      CompiledQuery.raw(
        `select case when is_called then last_value else 0 end as last from ${await sequenceOf(tx, table)}`,
      ),
    )
    return rows[0]?.last ?? 0
  },

  async setLastId(tx, table, id) {
    if (!table.numbers) return
    await sql`select setval(${await sequenceOf(tx, table)}, ${Math.max(id, 1)}, ${id > 0})`.execute(tx)
  },
}

async function sequenceOf(tx: TransactionOf<NoTables>, { name }: WholeTable): Promise<string> {
  const { rows } = await sql<{
    name: string
  }>`select pg_get_serial_sequence(${quoted(name)}, 'id') as name`.execute(tx)
  return String(rows[0]?.name)
}
