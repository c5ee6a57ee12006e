import type { Generated } from 'kysely'
import type { NoTables } from '../../platform/database/index.ts'

export interface CatalogueTables extends NoTables {
  stores: {
    id: Generated<number>
    owner_id: number
    name: string
    /** What makes a name unique; see `names.ts`. */
    name_key: string
    currency: string
    /** Another with each change of the store, its items and its tags; see `turns.ts`. */
    version: string
  }
  items: {
    id: Generated<number>
    store_id: number
    /** What another system knows it by; no two items of a store have the same. */
    external_id: string | null
    name: string
    /** What names are sorted by. */
    name_key: string
    description: string | null
    price_minor: number
  }
  tags: {
    id: Generated<number>
    store_id: number
    name: string
    name_key: string
  }
  item_tags: {
    store_id: number
    item_id: number
    tag_id: number
  }
  /** What names are searched by; see `words.ts`. */
  store_words: { store_id: number; word: string }
  item_words: { item_id: number; word: string }
}
