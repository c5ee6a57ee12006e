import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import type { Detection as DetectionOfOurs } from '../../modules/detections/index.ts'
import { readWindow } from './fields.ts'
import type { VehiclesApiRooms } from './user-routes.ts'
import { toUuid } from './uuid.ts'

const Detection = Type.Object({
  id: Type.String(),
  timestamp: Type.Integer(),
  year: Type.Integer(),
  make: Type.String(),
  model: Type.String(),
  category: Type.String(),
})
const Detections = Type.Object({
  data: Type.Array(Detection),
  size: Type.Integer(),
  skip: Type.Integer(),
  limit: Type.Integer(),
})
const Stats = Type.Object({
  data: Type.Array(Type.Object({ make: Type.String(), count: Type.Integer() })),
  size: Type.Integer(),
})
const EventText = Type.Unsafe<never>({ type: 'string', description: '`event: alert` and its data.' })
const user = { access: 'user', scheme: 'Bearer', machine: true } as const

export function detectionRoutes(app: App, { detections, alerts }: VehiclesApiRooms): void {
  app.get('/detections', { config: user, schema: { response: { 200: Detections } } }, async ({ query }) => {
    const window = readWindow(query)
    const { items } = await detections.list(window)
    return { data: items.map(present), size: items.length, ...window }
  })
  app.get('/stats', { config: user, schema: { response: { 200: Stats } } }, async () => {
    const { items } = await detections.countByMake()
    const data = items.toSorted((one, other) => (one.make < other.make ? -1 : 1))
    return { data, size: data.length }
  })
  const streamAlerts = alerts.streamAs(({ detection }) => messageOf(detection as DetectionOfOurs))
  app.get(
    '/alerts',
    {
      config: user,
      exposeHeadRoute: false,
      schema: {
        summary: 'Alerts as they are raised',
        produces: ['text/event-stream'],
        response: { 200: EventText },
      },
    },
    (request, reply) => streamAlerts(request, reply),
  )
}

function present({ id, detected_at, year, make, model, category }: DetectionOfOurs) {
  return { id: toUuid(id), timestamp: Date.parse(detected_at), year, make, model, category }
}

/** A detection as its producers wrote it. */
function messageOf({ year, make, model, category }: DetectionOfOurs) {
  return { Year: year, Make: make, Model: model, Category: category }
}
