import type { ForeignApi } from '../../http/server.ts'
import { type AccountApiRooms, accountRoutes } from './account-routes.ts'
import { type CatalogueApiRooms, itemRoutes } from './item-routes.ts'
import { refuse } from './refusals.ts'
import { storeRoutes } from './store-routes.ts'

export type StoresApiRooms = AccountApiRooms & CatalogueApiRooms

/** Stores, items and tags (API 003 of docs/compat.md). */
export function storesApi(rooms: StoresApiRooms): ForeignApi {
  return {
    prefix: '/compat/stores',
    arch: 'compat-stores',
    routes(scope) {
      // Whatever is no JSON counts for no body.
      scope.addContentTypeParser('*', (_request, payload, done) => {
        payload.resume()
        done(null, undefined)
      })
      accountRoutes(scope, rooms)
      storeRoutes(scope, rooms)
      itemRoutes(scope, rooms)
    },
    refuse,
  }
}
