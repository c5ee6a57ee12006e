import type { TransactionOf } from '../../platform/database/index.ts'
import { nameKey } from './names.ts'
import { idIn, rowName } from './sheet.ts'
import type { Faults } from './sheet-faults.ts'
import type { SheetRow } from './sheet-reading.ts'
import type { CatalogueTables } from './tables.ts'

/** An item as it will be. */
export interface PlannedItem {
  name: string
  description: string | null
  price_minor: number
  /** Keys of its tags' names; unset: they stay. */
  tagKeys?: string[]
}
export type NewItem = PlannedItem & { external_id: string }
export type ChangedItem = PlannedItem & { id: number; isRenamed: boolean }

/** What an import would do to a store. */
export interface ImportPlan {
  created: NewItem[]
  changed: ChangedItem[]
  unchanged: number
  /** Names of tags that the store does not have, by their keys. */
  newTags: Map<string, string>
}

type Sql = TransactionOf<CatalogueTables>
type Known = Awaited<ReturnType<typeof itemsNamed>>[number]

/** Rows that name no item are told to `faults`. */
export async function planImport(
  sql: Sql,
  storeId: number,
  rows: SheetRow[],
  faults: Faults,
): Promise<ImportPlan> {
  const known = new Map((await itemsNamed(sql, storeId, rows)).map((item) => [rowName(item), item]))
  const tags = await sql
    .selectFrom('tags')
    .where('store_id', '=', storeId)
    .select(['id', 'name_key'])
    .execute()
  const keys = new Map(tags.map(({ id, name_key }) => [id, name_key]))
  const keysOf = await tagKeysOf(sql, [...known.values()], keys)
  const plan: ImportPlan = { created: [], changed: [], unchanged: 0, newTags: new Map() }
  const knownKeys = new Set(keys.values())
  for (const row of rows) {
    const item = known.get(row.called)
    if (item !== undefined) planChange(plan, row, item, keysOf.get(item.id) ?? [])
    else if (idIn(row.called) === null)
      plan.created.push({ external_id: row.called, ...toPlanned(row, { description: null }) })
    else faults.add(row.line, 'external_id', `this store has no item ${row.called} without an external id.`)
    for (const name of row.tags ?? [])
      if (!knownKeys.has(nameKey(name))) plan.newTags.set(nameKey(name), name)
  }
  return plan
}

function planChange(plan: ImportPlan, row: SheetRow, item: Known, tagKeys: string[]): void {
  const wanted = toPlanned(row, item)
  const same =
    wanted.name === item.name &&
    wanted.description === item.description &&
    wanted.price_minor === item.price_minor &&
    (wanted.tagKeys === undefined || sameKeys(wanted.tagKeys, tagKeys))
  if (same) plan.unchanged += 1
  else plan.changed.push({ id: item.id, isRenamed: wanted.name !== item.name, ...wanted })
}

function toPlanned(row: SheetRow, before: { description: string | null }): PlannedItem {
  const { name, price_minor, description = before.description, tags } = row
  return { name, price_minor, description, ...(tags ? { tagKeys: tags.map(nameKey) } : {}) }
}

function sameKeys(some: string[], others: string[]): boolean {
  return some.length === others.length && some.every((key) => others.includes(key))
}

/** Names of one statement: engines bound its parameters. */
const NAMES_MAX = 500

async function itemsNamed(sql: Sql, storeId: number, rows: SheetRow[]) {
  const ofStore = sql.selectFrom('items').where('store_id', '=', storeId)
  const columns = ['id', 'external_id', 'name', 'description', 'price_minor'] as const
  const found = []
  for (let from = 0; from < rows.length; from += NAMES_MAX) {
    const named = rows.slice(from, from + NAMES_MAX).map(({ called }) => called)
    const ids = named.flatMap((name) => idIn(name) ?? [])
    const byName = ofStore.where('external_id', 'in', named).select(columns)
    found.push(...(await byName.execute()))
    const byId = ofStore.where('id', 'in', ids).where('external_id', 'is', null).select(columns)
    if (ids.length > 0) found.push(...(await byId.execute()))
  }
  return found
}

async function tagKeysOf(
  sql: Sql,
  items: Known[],
  keys: Map<number, string>,
): Promise<Map<number, string[]>> {
  const keysOf = new Map<number, string[]>()
  for (let from = 0; from < items.length; from += NAMES_MAX) {
    const ids = items.slice(from, from + NAMES_MAX).map(({ id }) => id)
    const links = sql.selectFrom('item_tags').where('item_id', 'in', ids).select(['item_id', 'tag_id'])
    for (const { item_id, tag_id } of await links.execute())
      keysOf.set(item_id, [...(keysOf.get(item_id) ?? []), keys.get(tag_id) ?? ''])
  }
  return keysOf
}
