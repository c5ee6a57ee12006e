import type { FastifyInstance } from 'fastify'
import { sendFile } from '../../http/file-answer.ts'
import { IdParams, NoContent } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { Pictures } from './pictures.ts'
import { Picture } from './schemas.ts'

const PICTURE_BYTES_MAX = 5 * 1024 * 1024
const TYPES_TAKEN = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']

export function pictureRoutes(app: App, pictures: Pictures): void {
  app.get(
    '/users/:id/picture',
    {
      config: { access: 'user' },
      schema: {
        summary: "A user's picture",
        params: IdParams,
        produces: ['image/webp'],
        response: { 200: Picture },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      // Whatever a browser would make of it, it does nothing.
      reply.header('content-security-policy', "default-src 'none'")
      const picture = { contentType: 'image/webp', fileName: `picture-${id}.webp` }
      return sendFile(request, reply, { ...(await pictures.get(id)), ...picture })
    },
  )
  app.delete(
    '/users/:id/picture',
    {
      config: { access: 'user' },
      schema: { summary: "Remove a user's picture", params: IdParams, response: { 204: NoContent } },
    },
    (request) => pictures.remove(request.caller, request.params.id),
  )
  app.register(async (scope) => {
    takeBytes(scope)
    uploadRoute(scope as App, pictures)
  })
}

function uploadRoute(app: App, pictures: Pictures): void {
  app.put(
    '/users/:id/picture',
    {
      bodyLimit: PICTURE_BYTES_MAX,
      config: { access: 'user' },
      schema: {
        summary: "Set a user's picture",
        description: 'The body is the image itself, up to 5 MB. It is kept as a square of 512 pixels.',
        params: IdParams,
        consumes: TYPES_TAKEN,
        response: { 204: NoContent },
      },
    },
    ({ caller, params, body }) => pictures.put(caller, params.id, (body ?? Buffer.of()) as Buffer),
  )
}

/** Of any type: what it is, its content tells. */
function takeBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body)
}
