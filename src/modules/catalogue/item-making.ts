import type { Selectable } from 'kysely'
import { rowInsert, type TransactionOf } from '../../platform/database/index.ts'
import { claim, sortKey } from './names.ts'
import type { CatalogueTables } from './tables.ts'
import { itemWordsOf } from './words.ts'

type Sql = TransactionOf<CatalogueTables>
type Row = Omit<Selectable<CatalogueTables['items']>, 'id'>
type WordRow = CatalogueTables['item_words']

/** The returned function inserts an item, with what it is found by, and returns its id. Throws `external_id_taken`. */
export function createItemInsert() {
  const insert = rowInsert((tx: Sql, rows: Row[]) => tx.insertInto('items').values(rows).returning('id'))
  const insertWords = rowInsert((tx: Sql, rows: WordRow[]) => tx.insertInto('item_words').values(rows))

  return async (tx: Sql, item: Omit<Row, 'name_key'>): Promise<number> => {
    const { store_id, external_id, name, description, price_minor } = item
    const row = { store_id, external_id, name, name_key: sortKey(name), description, price_minor }
    const [made] = await claim('external_id_taken', () => insert(tx, [row]))
    const { id } = made as { id: number }
    const words = itemWordsOf({ id, name })
    if (words.length > 0) await insertWords(tx, words)
    return id
  }
}
