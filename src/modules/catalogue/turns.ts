import { randomUUID } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { forbidden, notFound } from '../../kit/errors.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { CatalogueTables } from './tables.ts'

type Sql = TransactionOf<CatalogueTables>
export type StoreRow = Selectable<CatalogueTables['stores']>

/**
 * Every change of a store, its items and its tags begins with a turn: from then until the commit the store's other changes
 * wait, so what is read after it still holds when it is written, and the store gets a new version, under which its text is
 * kept. Throws `store_not_found`, `not_yours`.
 */
export async function takeTurn(tx: Sql, caller: Caller, storeId: number): Promise<StoreRow> {
  const row = await anew(tx).where('id', '=', storeId).executeTakeFirst()
  if (row === undefined) throw notFound('store')
  assertOwner(caller, row)
  return row
}

/** The turn of the store that this item or tag is of. Throws `item_not_found` or `tag_not_found`, `not_yours`. */
export async function takeTurnOf(
  tx: Sql,
  caller: Caller,
  noun: 'item' | 'tag',
  id: number,
): Promise<StoreRow> {
  const store = tx.selectFrom(`${noun}s`).where('id', '=', id).select('store_id')
  const row = await anew(tx).where('id', '=', store).executeTakeFirst()
  if (row === undefined) throw notFound(noun)
  assertOwner(caller, row)
  return row
}

function anew(tx: Sql) {
  return tx.updateTable('stores').set({ version: randomUUID() }).returningAll()
}

/** All who are signed in can read every store, so it is no secret that this one exists. Throws `not_yours`. */
export function assertOwner(caller: Caller, store: StoreRow): void {
  if (caller.role !== 'admin' && caller.userId !== store.owner_id)
    throw forbidden('not_yours', 'Only the owner of this store may do that.')
}
