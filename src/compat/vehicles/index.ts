import { parseFormBodies } from '../../http/form-body.ts'
import type { ForeignApi } from '../../http/server.ts'
import { detectionRoutes } from './detection-routes.ts'
import { refuse } from './refusals.ts'
import { userRoutes, type VehiclesApiRooms } from './user-routes.ts'

export type { VehiclesApiRooms } from './user-routes.ts'

/** Vehicle detections and live alerts (API 004 of docs/compat.md). */
export function vehiclesApi(rooms: VehiclesApiRooms): ForeignApi {
  return {
    prefix: '/compat/vehicles',
    arch: 'compat-vehicles',
    routes(scope) {
      parseFormBodies(scope)
      userRoutes(scope, rooms)
      detectionRoutes(scope, rooms)
      for (const path of ['/login', '/users', '/detections', '/stats', '/alerts'])
        scope.route({
          method: ['GET', 'POST'],
          url: `${path}/`,
          config: { access: 'public', undocumented: true },
          handler: (request, reply) => reply.redirect(request.url.replace(/\/(?=\?|$)/, ''), 307),
        })
    },
    refuse,
  }
}
