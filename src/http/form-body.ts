import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LoggiaError } from '../kit/errors.ts'

/** Forms of one value a name, for the part of the server that takes them; files in them are refused. */
export function parseFormBodies(scope: FastifyInstance): void {
  for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data'])
    scope.addContentTypeParser(type, { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer) =>
      formOf(request, new Uint8Array(body)),
    )
}

async function formOf({ headers }: FastifyRequest, body: Uint8Array<ArrayBuffer>) {
  const fields: Record<string, string> = Object.create(null)
  for (const [name, value] of await entriesOf(headers['content-type'] ?? '', body)) {
    if (typeof value !== 'string') throw malformed()
    fields[name] = value
  }
  return fields
}

async function entriesOf(type: string, body: Uint8Array<ArrayBuffer>) {
  try {
    return await new Response(body, { headers: { 'content-type': type } }).formData()
  } catch {
    throw malformed()
  }
}

function malformed(): LoggiaError {
  return new LoggiaError('malformed', 'malformed_form', 'The form cannot be read.')
}
