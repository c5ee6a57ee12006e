import type { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import type { TasksRoom } from './room.ts'
import { TaskFilters } from './schemas.ts'

export function exportRoutes(app: App, { exports }: TasksRoom): void {
  app.get(
    '/tasks/export.csv',
    {
      config: { access: 'user' },
      schema: {
        summary: 'My tasks for a spreadsheet',
        querystring: TaskFilters,
        produces: ['text/csv'],
        response: {
          200: Type.Unsafe<unknown>({ type: 'string', description: 'A header, then a line for each task.' }),
        },
      },
    },
    (request, reply) => send(reply, CSV, exports.csv(request.caller, request.query)),
  )
  app.get(
    '/tasks/export.ics',
    {
      config: { access: 'user' },
      schema: {
        summary: 'My tasks for a calendar',
        querystring: TaskFilters,
        produces: ['text/calendar'],
        response: { 200: Type.Unsafe<unknown>({ type: 'string', description: 'A VTODO for each task.' }) },
      },
    },
    (request, reply) => send(reply, CALENDAR, exports.calendar(request.caller, request.query)),
  )
}

const CSV = { type: 'text/csv; charset=utf-8; header=present', fileName: 'tasks.csv' }
const CALENDAR = { type: 'text/calendar; charset=utf-8', fileName: 'tasks.ics' }

function send(reply: FastifyReply, { type, fileName }: typeof CSV, text: Readable): FastifyReply {
  return reply
    .headers({
      'content-type': type,
      'cache-control': 'no-store',
      'content-disposition': `attachment; filename="${fileName}"`,
    })
    .send(text)
}
