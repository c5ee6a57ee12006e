import type { Insertable, Selectable } from 'kysely'
import { keptQuery, type TransactionOf } from '../../platform/database/index.ts'
import type { DocumentTables } from './tables.ts'

type Sql = TransactionOf<DocumentTables>
type Rows = DocumentTables['documents']
export type DocumentRow = Selectable<Rows>
type Standing = Pick<DocumentRow, 'state' | 'progress' | 'error' | 'finished_at' | 'change_id'>

/** The statements that every document runs, built once for each database. */
export function createRows() {
  const byId = keptQuery((sql: Sql, { id }: { id: number }) =>
    sql.selectFrom('documents').where('id', '=', id).selectAll().compile(),
  )
  const insert = keptQuery((sql: Sql, row: Required<Omit<Insertable<Rows>, 'id'>>) => {
    const { owner_id, template, subject_id, notify, change_id, created_at } = row
    const { state, progress, error, finished_at } = row
    const wanted = { owner_id, template, subject_id, notify, change_id, created_at }
    const values = { ...wanted, state, progress, error, finished_at }
    return sql.insertInto('documents').values(values).returningAll().compile()
  })
  const advance = keptQuery((sql: Sql, row: Standing & { id: number }) => {
    const { id, state, progress, error, finished_at, change_id } = row
    const unfinished = sql.updateTable('documents').where('id', '=', id).where('finished_at', 'is', null)
    return unfinished.set({ state, progress, error, finished_at, change_id }).returningAll().compile()
  })

  return {
    find: async (sql: Sql, id: number): Promise<DocumentRow | undefined> => (await byId(sql, { id }))[0],
    insert,
    /** A finished document stays as it is: then no row comes back. */
    advance,
  }
}

export type DocumentRows = ReturnType<typeof createRows>
