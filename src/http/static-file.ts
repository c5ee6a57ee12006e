import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { etagOfText } from '../kit/etag.ts'
import { loadedOnce } from '../kit/loaded.ts'
import { isUnchanged } from './conditional.ts'
import type { App } from './server.ts'
import { varyBy } from './vary.ts'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
}

interface Representation {
  bytes: Buffer
  etag: string
}

/** A file in memory, plain and zipped. */
export interface StaticFile {
  contentType: string
  plain: Representation
  zipped: Representation
}

/** A file of ours at an address, for everybody. Read and zipped at the first request: who never opens it pays nothing. */
export function serveFile(app: App, url: string, location: URL, headers: Record<string, string> = {}): void {
  const file = loadedOnce(() => loadFile(location))
  app.get(url, { config: { access: 'public', undocumented: true } }, async (request, reply) =>
    sendFile(request, reply.headers(headers), await file()),
  )
}

export async function loadFile(location: URL): Promise<StaticFile> {
  const path = fileURLToPath(location)
  const bytes = await readFile(path)
  return {
    contentType: TYPES[extname(path)] ?? 'application/octet-stream',
    plain: represent(bytes),
    zipped: represent(await promisify(gzip)(bytes)),
  }
}

/** Each coding has a validator of its own (RFC 9110, 8.8.3.3). */
function represent(bytes: Buffer): Representation {
  return { bytes, etag: etagOfText(bytes.toString('latin1')) }
}

/** Asked about anew at each use, unless the headers that were set on `reply` say otherwise. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: StaticFile): FastifyReply {
  const takesZipped = takesGzip(request.headers['accept-encoding'])
  const { bytes, etag } = takesZipped ? file.zipped : file.plain
  varyBy(reply, 'Accept-Encoding')
  reply.headers({ etag, 'content-type': file.contentType })
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-cache')
  if (isUnchanged(request, etag)) return reply.code(304).send()
  if (takesZipped) reply.header('content-encoding', 'gzip')
  return reply.send(bytes)
}

/** RFC 9110, 12.5.3: `gzip;q=0` is a refusal. */
function takesGzip(acceptEncoding = ''): boolean {
  const weights = new Map<string, number>()
  for (const entry of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', weight] = entry.split(';').map((part) => part.trim())
    weights.set(coding, weight === undefined ? 1 : Number(weight.replace('q=', '')))
  }
  return Number(weights.get('gzip') ?? weights.get('*') ?? 0) > 0
}
