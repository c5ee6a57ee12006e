import { CompiledQuery, sql } from 'kysely'
import { createPace, insertWith, quoted, type WholeRow, type WholeTables } from './whole-tables.ts'

export const sqliteWholeTables: WholeTables = {
  async list(tx) {
    const { rows } = await sql<{ name: string; columns: string; numbers: number }>`
      select name, (select json_group_array(c.name) from pragma_table_info(m.name) c) as columns,
        sql like '%autoincrement%' as numbers
      from sqlite_master m where type = 'table' and name not like 'sqlite\\_%' escape '\\' order by rowid`.execute(
      tx,
    )
    return rows.map(({ name, columns, numbers }) => ({
      name,
      columns: JSON.parse(columns) as string[],
      numbers: numbers === 1,
    }))
  },

  async *rows(tx, { name, columns }) {
    const text = `select rowid as "row number", ${columns.map(quoted).join(',')} from ${quoted(name)}
      where rowid > ? order by rowid limit ?`
    const pace = createPace()
    for (let after = -1; ; ) {
      const asked = pace.atOnce()
      const { rows } = await tx.executeQuery<WholeRow>(CompiledQuery.raw(text, [after, asked]))
      if (rows.length > 0) yield rows
      if (rows.length < asked) return
      pace.saw(rows)
      after = Number(rows.at(-1)?.['row number'])
    }
  },

  insert: insertWith(() => '?'),

  async lastId(tx, { name, numbers }) {
    if (!numbers) return 0
    const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = ${name}`.execute(
      tx,
    )
    return rows[0]?.seq ?? 0
  },

  async setLastId(tx, { name, numbers }, id) {
    if (!numbers) return
    await sql`delete from sqlite_sequence where name = ${name}`.execute(tx)
    await sql`insert into sqlite_sequence (name, seq) values (${name}, ${id})`.execute(tx)
  },
}
