import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { etagOfText } from '../kit/etag.ts'
import { isUnchanged } from './conditional.ts'
import type { App } from './server.ts'
import { varyBy } from './vary.ts'

const CONSOLE = new URL('../../console/', import.meta.url)
const PAGES = {
  '/': 'index',
  '/setup': 'setup',
  '/verify': 'verify',
  '/reset': 'reset',
  '/document': 'document',
  '/docs': 'docs',
}
/** The API reference's own program and style, from the package as it is installed. */
const REFERENCE = ['swagger-ui-bundle.js', 'swagger-ui.css']

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json; charset=utf-8',
}

/** Pages run only what we serve ourselves, and nobody may frame them. */
const PAGE_HEADERS = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
}

/** The console and the API reference: files of ours, by exact name, so that no address can lead out of the folder. */
export function consoleRoutes(app: App): void {
  for (const [url, page] of Object.entries(PAGES))
    serveFile(app, url, new URL(`${page}.html`, CONSOLE), PAGE_HEADERS)
  for (const name of readdirSync(CONSOLE)) {
    if (!name.endsWith('.html')) serveFile(app, `/console/${name}`, new URL(name, CONSOLE))
  }
  for (const name of REFERENCE) {
    const location = import.meta.resolve(`@fastify/swagger-ui/static/${name}`)
    serveFile(app, `/console/reference/${name}`, new URL(location))
  }
  serveFile(app, '/openapi.json', new URL('../../openapi.json', import.meta.url))
}

interface Representation {
  bytes: Buffer
  etag: string
}

interface Served {
  plain: Representation
  zipped: Representation
}

/** A file of ours at an address, for everybody. */
export function serveFile(app: App, url: string, location: URL, headers: Record<string, string> = {}): void {
  const path = fileURLToPath(location)
  let served: Promise<Served> | undefined
  app.get(url, { config: { access: 'public', undocumented: true } }, async (request, reply) => {
    served ??= load(path).catch((error) => {
      served = undefined
      throw error
    })
    reply.headers({ ...headers, 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' })
    return send(request, reply, await served)
  })
}

/** Read and zipped at the first request: who never opens the console pays nothing for it. */
async function load(path: string): Promise<Served> {
  const bytes = await readFile(path)
  return { plain: represent(bytes), zipped: represent(await promisify(gzip)(bytes)) }
}

/** Each coding has a validator of its own (RFC 9110, 8.8.3.3). */
function represent(bytes: Buffer): Representation {
  return { bytes, etag: etagOfText(bytes.toString('latin1')) }
}

function send(request: FastifyRequest, reply: FastifyReply, { plain, zipped }: Served): FastifyReply {
  const takesZipped = takesGzip(request.headers['accept-encoding'])
  const { bytes, etag } = takesZipped ? zipped : plain
  varyBy(reply, 'Accept-Encoding')
  reply.headers({ etag, 'cache-control': 'no-cache' })
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
