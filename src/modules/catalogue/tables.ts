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
  }
  items: {
    id: Generated<number>
    store_id: number
    name: string
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
}
