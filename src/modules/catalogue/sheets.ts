import { Readable } from 'node:stream'
import type { Caller } from '../../http/access.ts'
import { conflict } from '../../kit/errors.ts'
import { moneyIn } from '../../kit/money.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import { type ImportPlan, planImport } from './import-plan.ts'
import { storeImport } from './import-storing.ts'
import type { Items } from './items.ts'
import type { Imported } from './schemas.ts'
import { createFaults, type Faults } from './sheet-faults.ts'
import { readSheet, type SheetRow } from './sheet-reading.ts'
import { toSheet } from './sheet-writing.ts'
import { storeOf } from './store-rows.ts'
import type { CatalogueTables } from './tables.ts'
import { assertOwner, createTurns } from './turns.ts'

const PAGE_ITEMS = 500

/** The items of a store as CSV, out and in. */
export function createSheets(options: { db: Database; items: Items }) {
  const { items } = options
  const db = tablesOf<CatalogueTables>(options.db)
  const { takeTurn } = createTurns()

  return {
    /** Oldest first. Between pages others may be made or deleted; those that stay are told once. */
    async export(storeId: number): Promise<Readable> {
      const { currency } = await storeOf(db.read, storeId)
      const list = { store_id: storeId, sort: 'id', limit: PAGE_ITEMS } as const
      const pageAfter = (cursor?: string) => items.list({ ...list, ...(cursor ? { cursor } : {}) })
      return Readable.from(toSheet(pageAfter, moneyIn(currency)))
    },

    /**
     * Makes the items that the sheet names and the store does not have, changes those that are otherwise, and leaves all
     * others. All of it, or nothing where a row is wrong. A dry run only tells.
     * Throws `store_not_found`, `not_yours`, `import_refused`, `import_too_long`, `currency_changed`.
     */
    async import(caller: Caller, storeId: number, csv: string, dryRun: boolean): Promise<Imported> {
      const store = await storeOf(db.read, storeId)
      assertOwner(caller, store)
      const faults = createFaults()
      const rows = await readSheet(csv, moneyIn(store.currency), faults)
      if (dryRun) return toImported(await planned(db.read, storeId, rows, faults), true)
      faults.assertNone()
      return db.write(async (tx) => {
        const { currency } = await takeTurn(tx, caller, storeId)
        if (currency !== store.currency) throw currencyChanged()
        const plan = await planned(tx, storeId, rows, createFaults())
        await storeImport(tx, storeId, plan)
        return toImported(plan, false)
      }, 'row_locks')
    },
  }
}

export type Sheets = ReturnType<typeof createSheets>

async function planned(
  sql: TransactionOf<CatalogueTables>,
  storeId: number,
  rows: SheetRow[],
  faults: Faults,
): Promise<ImportPlan> {
  const plan = await planImport(sql, storeId, rows, faults)
  faults.assertNone()
  return plan
}

function toImported({ created, changed, unchanged, newTags }: ImportPlan, dryRun: boolean): Imported {
  return {
    dry_run: dryRun,
    created: created.length,
    updated: changed.length,
    unchanged,
    tags_created: newTags.size,
  }
}

function currencyChanged() {
  const sentence = 'The currency of the store was changed during the import. Nothing was imported.'
  return conflict('currency_changed', sentence)
}
