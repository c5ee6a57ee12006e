import type { Cache } from '../../platform/cache/index.ts'
import type { Database } from '../../platform/database/index.ts'
import { createItems } from './items.ts'
import { createStores } from './stores.ts'
import { createTags } from './tags.ts'

export function openCatalogue(options: { db: Database; cache: Cache }) {
  return { stores: createStores(options), items: createItems(options), tags: createTags(options) }
}

export type Catalogue = ReturnType<typeof openCatalogue>
