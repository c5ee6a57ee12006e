import type { ForeignApi } from '../../http/server.ts'
import { refuse } from './refusals.ts'
import { statsRoutes } from './stats-routes.ts'
import { type UsersApiRooms, userRoutes } from './user-routes.ts'

export type { UsersApiRooms } from './user-routes.ts'

/** Players, their statistics and their profile as a PDF (API 001 of docs/compat.md). */
export function usersApi(rooms: UsersApiRooms): ForeignApi {
  return {
    prefix: '/compat/users',
    arch: 'compat-users',
    routes(scope) {
      userRoutes(scope, rooms)
      statsRoutes(scope, rooms)
    },
    refuse,
  }
}
