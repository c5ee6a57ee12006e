import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { Pdf, sendPdf } from '../../modules/documents/index.ts'
import { ownIdIn, readStats } from './shapes.ts'
import type { UsersApiRooms } from './user-routes.ts'

const user = { access: 'user', scheme: 'Bearer' } as const
const Stats = Type.Object({
  loss_count: Type.Integer(),
  session_count: Type.Integer(),
  total_time: Type.Integer(),
  victory_count: Type.Integer(),
})
const Asked = Type.Object({ url: Type.String() })

export function statsRoutes(app: App, { stats, documents }: UsersApiRooms): void {
  app.get('/users/:id/stats', { config: user, schema: { response: { 200: Stats } } }, async (request) =>
    stats.get(request.caller, ownIdIn(request)),
  )
  app.route({
    method: ['PUT', 'PATCH'],
    url: '/users/:id/stats',
    config: user,
    schema: { response: { 200: Stats } },
    handler: async (request) => {
      const id = ownIdIn(request)
      const counts = readStats(request.body)
      if (Object.keys(counts).length === 0) return stats.get(request.caller, id)
      return stats.update(request.caller, id, counts)
    },
  })
  app.post('/users/:id/pdf', { config: user, schema: { response: { 200: Asked } } }, async (request) => {
    const id = ownIdIn(request)
    await documents.request(request.caller, { template: 'profile', subject_id: id })
    return { url: `/users/${id}/pdf` }
  })
  app.get(
    '/users/:id/pdf',
    { config: user, schema: { produces: ['application/pdf'], response: { 200: Pdf } } },
    async (request, reply) => {
      const wanted = { template: 'profile' as const, subject_id: ownIdIn(request) }
      return sendPdf(request, reply, await documents.newestFile(request.caller, wanted))
    },
  )
}
