import type { Config } from '../config.ts'
import { serveReference } from '../http/console.ts'
import { type App, type ForeignApi, mountForeign } from '../http/server.ts'
import { serveFile } from '../http/static-file.ts'
import { type QueueApiRooms, queueApi } from './queue/index.ts'
import { type StoresApiRooms, storesApi } from './stores/index.ts'
import { type TasksApiRooms, tasksApi } from './tasks/index.ts'
import { type UsersApiRooms, usersApi } from './users/index.ts'
import { type VehiclesApiRooms, vehiclesApi } from './vehicles/index.ts'

/** Generated, as `openapi.json` is. */
const DOCUMENTS = new URL('../../docs/compat/', import.meta.url)

export type CompatName = Config['compat'][number]
export type CompatRooms = QueueApiRooms & UsersApiRooms & TasksApiRooms & StoresApiRooms & VehiclesApiRooms

/** The published APIs, each as its own clients know it, over our rooms. */
const APIS: Record<CompatName, (rooms: CompatRooms) => ForeignApi> = {
  queue: queueApi,
  users: usersApi,
  tasks: tasksApi,
  stores: storesApi,
  vehicles: vehiclesApi,
}

/** Where the reference of an API is, if it is documented to be elsewhere than at `docs`. */
const REFERENCE_PAGES: Partial<Record<CompatName, string[]>> = {
  stores: ['docs', 'swagger-ui'],
  vehicles: ['docs', 'redoc'],
}

export function mountCompat(app: App, names: CompatName[], rooms: CompatRooms): void {
  for (const name of names) {
    const api = APIS[name](rooms)
    mountForeign(app, api)
    serveFile(app, `${api.prefix}/openapi.json`, new URL(`${name}.openapi.json`, DOCUMENTS))
    for (const page of REFERENCE_PAGES[name] ?? ['docs']) serveReference(app, `${api.prefix}/${page}`)
  }
}
