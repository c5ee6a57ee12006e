import { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import type { Access } from '../../http/access.ts'
import { takeLineBodies } from '../../http/line-body.ts'
import { IdParams, PageOf } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { LoggiaError } from '../../kit/errors.ts'
import type { Detections } from './detections.ts'
import {
  Detection,
  DetectionQuery,
  inOurSpelling,
  KnownOrUploaded,
  NewDetections,
  RecordedOneOrMany,
  Stats,
  StatsQuery,
} from './schemas.ts'

const READ = { access: 'user', machine: true } as const
const LINES_DESCRIPTION = [
  'As `application/x-ndjson` a body of any length, one detection a line. They are stored as they come, at most some hundred at a time, and',
  'the answer comes after the last: it counts them, and names the lines that are none. What is stored stays when the body',
  'breaks off or the answer is an error; sent again, lines with a `source_id` are counted as duplicates. An Idempotency-Key',
  'is not taken.',
].join(' ')
const WRITE = { access: ['user', 'key:detections:write'] as Access, machine: true }

export function detectionRoutes(app: App, detections: Detections): void {
  takeLineBodies(app)
  app.post(
    '/detections',
    {
      config: { ...WRITE, location: '/api/v1/detections', successStatus: 201 },
      schema: {
        summary: 'Record one detection, or many',
        description: LINES_DESCRIPTION,
        body: NewDetections,
        alsoConsumes: { 'application/x-ndjson': 'One detection a line, with the members of the JSON body.' },
        response: { 201: RecordedOneOrMany, 200: KnownOrUploaded },
      },
      preValidation: async (request) => {
        if (request.body instanceof Readable) refuseKey(request)
        else request.body = inOurSpelling(request.body) as typeof request.body
      },
    },
    async (request, reply) => {
      const { body } = request
      if (body instanceof Readable) {
        const uploaded = await detections.upload(body, async () => app.checkAccess(request))
        return reply.code(200).send(uploaded)
      }
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

/** A key speaks for one change, and these are many: taken, it would promise what it does not hold. */
function refuseKey({ headers }: FastifyRequest): void {
  if (headers['idempotency-key'] === undefined) return
  const sentence =
    'A body of lines takes no Idempotency-Key. Give each line a source_id: then it can be sent again.'
  throw new LoggiaError('malformed', 'idempotency_key_not_taken', sentence)
}
