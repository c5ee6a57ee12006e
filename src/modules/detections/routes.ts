import type { Access } from '../../http/access.ts'
import { IdParams, PageOf } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { Detections } from './detections.ts'
import {
  Detection,
  DetectionQuery,
  inOurSpelling,
  NewDetections,
  RecordedOneOrMany,
  Stats,
  StatsQuery,
} from './schemas.ts'

const READ = { access: 'user', machine: true } as const
const WRITE = { access: ['user', 'key:detections:write'] as Access, machine: true }

export function detectionRoutes(app: App, detections: Detections): void {
  app.post(
    '/detections',
    {
      config: { ...WRITE, location: '/api/v1/detections', successStatus: 201 },
      schema: {
        summary: 'Record one detection, or many',
        body: NewDetections,
        response: { 201: RecordedOneOrMany, 200: Detection },
      },
      preValidation: async (request) => {
        request.body = inOurSpelling(request.body) as typeof request.body
      },
    },
    async ({ body }, reply) => {
      if (Array.isArray(body)) return detections.recordAll(body)
      const detection = await detections.record(body)
      return reply.code(detection.isNew ? 201 : 200).send(detection)
    },
  )
  app.get(
    '/detections',
    {
      config: READ,
      schema: {
        summary: 'Detections, newest first',
        querystring: DetectionQuery,
        response: { 200: PageOf(Detection) },
      },
    },
    (request) => detections.list(request.query),
  )
  app.get(
    '/detections/stats',
    {
      config: READ,
      schema: {
        summary: 'How many of each make or category, or in each hour or day',
        description: 'At most 1,000: the most frequent makes or categories, the latest hours or days.',
        querystring: StatsQuery,
        response: { 200: Stats },
      },
    },
    (request) => detections.stats(request.query),
  )
  app.get(
    '/detections/:id',
    {
      config: READ,
      schema: { summary: 'One detection', params: IdParams, response: { 200: Detection } },
    },
    (request) => detections.get(request.params.id),
  )
}
