import type { Bus } from '../../platform/bus/index.ts'
import { afterCommit, keptQuery, type TransactionOf } from '../../platform/database/index.ts'
import type { DocumentTables } from './tables.ts'

type Tx = TransactionOf<DocumentTables>

/** Poked when a document of this owner has changed. */
export function topicOf(ownerId: number): string {
  return `documents:${ownerId}`
}

/**
 * Every change of a document bears a number, so that a stream can go on after the last one that it told. They come from a row
 * of the owner's, locked until its transaction ends: a reader never sees one before those that precede it.
 */
export function createChanges({ bus }: { bus: Bus }) {
  const first = firstChange()
  const following = followingChange()

  return {
    /** The owner's first document makes the row. */
    async begin(tx: Tx, ownerId: number): Promise<number> {
      const [row] = await first(tx, { ownerId })
      poke(tx, ownerId)
      if (row === undefined) throw new Error('A change was not numbered.')
      return row.last_id
    },

    /** `undefined`: the owner is gone. */
    async next(tx: Tx, ownerId: number): Promise<number | undefined> {
      const [row] = await following(tx, { ownerId })
      poke(tx, ownerId)
      return row?.last_id
    },

    /** Before the owner's documents go. Taken in this order, a change and a deletion never wait for one another. */
    async end(tx: Tx, ownerId: number): Promise<void> {
      await tx.deleteFrom('document_changes').where('owner_id', '=', ownerId).execute()
    },
  }

  function poke(tx: Tx, ownerId: number): void {
    afterCommit(tx, () => bus.publish(topicOf(ownerId)))
  }
}

function firstChange() {
  return keptQuery((tx: Tx, { ownerId }: { ownerId: number }) =>
    tx
      .insertInto('document_changes')
      .values({ owner_id: ownerId, last_id: 1 })
      .onConflict((known) =>
        known.column('owner_id').doUpdateSet((of) => ({ last_id: of('document_changes.last_id', '+', 1) })),
      )
      .returning('last_id')
      .compile(),
  )
}

function followingChange() {
  return keptQuery((tx: Tx, { ownerId }: { ownerId: number }) =>
    tx
      .updateTable('document_changes')
      .where('owner_id', '=', ownerId)
      .set((of) => ({ last_id: of('last_id', '+', 1) }))
      .returning('last_id')
      .compile(),
  )
}

export type Changes = ReturnType<typeof createChanges>
