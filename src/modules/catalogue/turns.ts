import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { forbidden, notFound } from '../../kit/errors.ts'
import { keptQuery, type TransactionOf } from '../../platform/database/index.ts'
import type { CatalogueTables } from './tables.ts'

type Sql = TransactionOf<CatalogueTables>
export type StoreRow = Selectable<CatalogueTables['stores']>

/**
 * Every change of a store, its items and its tags begins with a turn: from then until the commit the store's other changes
 * wait, so what is read after it still holds when it is written, and the store gets a new version, under which its text is
 * kept.
 */
export function createTurns() {
  const ofStore = keptQuery((tx: Sql, { version, id }: Taken) =>
    tx.updateTable('stores').set({ version }).where('id', '=', id).returningAll().compile(),
  )
  const ofOther = { item: storeOfOther('items'), tag: storeOfOther('tags') }

  async function take(
    tx: Sql,
    caller: Caller,
    noun: 'store' | 'item' | 'tag',
    id: number,
  ): Promise<StoreRow> {
    const version = randomUUID()
    const query = noun === 'store' ? ofStore : ofOther[noun]
    const [store] = await query(tx, { version, id })
    if (store === undefined) throw notFound(noun)
    assertOwner(caller, store)
    return store
  }

  return {
    /** Throws `store_not_found`, `not_yours`. */
    takeTurn: (tx: Sql, caller: Caller, storeId: number) => take(tx, caller, 'store', storeId),

    /** The turn of the store that this item or tag is of. Throws `item_not_found` or `tag_not_found`, `not_yours`. */
    takeTurnOf: (tx: Sql, caller: Caller, noun: 'item' | 'tag', id: number) => take(tx, caller, noun, id),
  }
}

type Taken = { version: string; id: number }

function storeOfOther(table: 'items' | 'tags') {
  return keptQuery((tx: Sql, { version, id }: Taken) => {
    const store = tx.selectFrom(table).where('id', '=', id).select('store_id')
    return tx.updateTable('stores').set({ version }).where('id', '=', store).returningAll().compile()
  })
}

/** All who are signed in can read every store, so it is no secret that this one exists. Throws `not_yours`. */
export function assertOwner(caller: Caller, store: StoreRow): void {
  if (caller.role !== 'admin' && caller.userId !== store.owner_id)
    throw forbidden('not_yours', 'Only the owner of this store may do that.')
}
