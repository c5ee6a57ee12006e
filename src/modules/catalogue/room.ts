import type { Cache } from '../../platform/cache/index.ts'
import type { Database } from '../../platform/database/index.ts'
import { createItems } from './items.ts'
import { createSheets } from './sheets.ts'
import { createStores } from './stores.ts'
import { createTags } from './tags.ts'

export function openCatalogue(options: { db: Database; cache: Cache }) {
  const items = createItems(options)
  return {
    stores: createStores(options),
    items,
    tags: createTags(options),
    sheets: createSheets({ ...options, items }),
  }
}

export type Catalogue = ReturnType<typeof openCatalogue>
