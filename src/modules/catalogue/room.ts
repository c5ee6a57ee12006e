import type { Database } from '../../platform/database/index.ts'
import { createItems } from './items.ts'
import { createStores } from './stores.ts'
import { createTags } from './tags.ts'

export function openCatalogue(options: { db: Database }) {
  return { stores: createStores(options), items: createItems(options), tags: createTags(options) }
}

export type Catalogue = ReturnType<typeof openCatalogue>
