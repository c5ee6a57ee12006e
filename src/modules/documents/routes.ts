import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { sendFile } from '../../http/file-answer.ts'
import { EventHeaders, EventQuery, IdParams, PageOf, PageQuery } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { Documents } from './documents.ts'
import type { DocumentsRoom } from './room.ts'
import { Document, DocumentRequest, EventText, Pdf, PdfPart } from './schemas.ts'

const LOCATION = '/api/v1/documents'
const pdf = { params: IdParams, produces: ['application/pdf'], response: { 200: Pdf, 206: PdfPart } }

const EVENTS_DESCRIPTION = [
  'Server-sent events: `event: document` with the document as `data` for each change of its state, from now on, or from after',
  '`Last-Event-ID` or `last_event_id`; 0 begins with every document that there is. Each event tells the latest state: one that',
  'was passed through unseen is left out. The stream ends with the token or ticket that opened it; connect again to go on.',
].join(' ')

export function documentRoutes(app: App, documents: DocumentsRoom): void {
  app.post(
    '/documents',
    {
      config: { access: 'user', location: LOCATION },
      schema: { summary: 'Ask for a document', body: DocumentRequest, response: { 202: Document } },
    },
    (request) => documents.request(request.caller, request.body),
  )
  app.get(
    '/documents',
    {
      config: { access: 'user' },
      schema: {
        summary: 'My documents, newest first',
        querystring: PageQuery,
        response: { 200: PageOf(Document) },
      },
    },
    (request) => documents.list(request.caller, request.query),
  )
  app.get(
    '/documents/events',
    {
      config: { access: 'user', machine: true, ticket: true },
      schema: {
        summary: 'A stream of the states of my documents',
        description: EVENTS_DESCRIPTION,
        querystring: EventQuery,
        headers: EventHeaders,
        produces: ['text/event-stream'],
        response: { 200: EventText },
      },
    },
    (request, reply) => documents.stream(request, reply),
  )
  app.get(
    '/documents/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'One document', params: IdParams, response: { 200: Document } },
    },
    (request) => documents.get(request.caller, request.params.id),
  )
  app.get(
    '/documents/:id/file',
    { config: { access: 'user' }, schema: { summary: 'The PDF of a document', ...pdf } },
    async (request, reply) =>
      sendPdf(request, reply, await documents.file(request.caller, request.params.id)),
  )
  shortcutRoutes(app, documents)
}

/** A profile without knowing about documents: ask, then fetch. */
function shortcutRoutes(app: App, documents: Documents): void {
  app.post(
    '/users/:id/pdf',
    {
      config: { access: 'user', location: LOCATION },
      schema: { summary: "Ask for a user's profile", params: IdParams, response: { 202: Document } },
    },
    ({ caller, params }) => documents.request(caller, { template: 'profile', subject_id: params.id }),
  )
  app.get(
    '/users/:id/pdf',
    { config: { access: 'user' }, schema: { summary: "The newest PDF of a user's profile", ...pdf } },
    async (request, reply) => {
      const wanted = { template: 'profile' as const, subject_id: request.params.id }
      return sendPdf(request, reply, await documents.newestFile(request.caller, wanted))
    },
  )
}

interface PdfFile {
  bytes: Uint8Array
  fileName: string
}

export function sendPdf(
  request: FastifyRequest,
  reply: FastifyReply,
  { bytes, fileName }: PdfFile,
): FastifyReply {
  const etag = `"${hash('sha1', bytes, 'base64url')}"`
  return sendFile(request, reply, { bytes, etag, contentType: 'application/pdf', fileName })
}
