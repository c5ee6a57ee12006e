import { readdirSync } from 'node:fs'
import { extname } from 'node:path'
import { notFound } from '../kit/errors.ts'
import { loadedOnce } from '../kit/loaded.ts'
import { CONSOLE_DIST, readyConsole } from './console-build.ts'
import { CONSOLE, headersOf, PAGE_POLICY } from './console-pages.ts'
import type { App } from './server.ts'
import { loadFile, type StaticFile, sendFile, serveFile } from './static-file.ts'

/** Pages behind links in mails and on the terminal, and the reference: they stand without the built console. */
const PAGES = {
  '/setup': 'setup',
  '/verify': 'verify',
  '/reset': 'reset',
  '/document': 'document',
}
/** What the console draws by itself. Named one by one: whatever else is asked for stays a 404. */
const VIEWS = [
  '/',
  '/queues',
  '/queues/:name',
  '/tasks',
  '/stores',
  '/stores/:id',
  '/documents',
  '/documents/:id',
  '/mail',
  '/mail/:id',
  '/alerts',
  '/users',
  '/account',
]
/** The API reference's own program and style, from the package as it is installed. */
const REFERENCE = ['swagger-ui-bundle.js', 'swagger-ui.css']

/** Of the console: a PDF that it fetched, and the page below. */
const VIEW_POLICY = { ...PAGE_POLICY, 'frame-src': "'self' blob:" }
/**
 * The page in which a mail is shown. Mails carry their style inline, so here that is let in, and no address at all; the
 * sandbox makes it a stranger to us, which has no session to lose.
 */
const LETTER_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'unsafe-inline'",
  'img-src': 'data:',
  'base-uri': "'none'",
  'form-action': "'none'",
  'frame-ancestors': "'self'",
  sandbox: 'allow-scripts',
}
/** Its name changes with its content. */
const FOR_EVER = { 'cache-control': 'public, max-age=31536000, immutable' }

/** The page that shows the `openapi.json` beside it. */
export function serveReference(app: App, url: string): void {
  serveFile(app, url, new URL('docs.html', CONSOLE), headersOf(PAGE_POLICY))
}

/** The console and the API reference: files of ours, by exact name, so that no address can lead out of the folder. */
export function consoleRoutes(app: App): void {
  viewRoutes(app)
  for (const [url, page] of Object.entries(PAGES))
    serveFile(app, url, new URL(`${page}.html`, CONSOLE), headersOf(PAGE_POLICY))
  serveReference(app, '/docs')
  serveFile(app, '/letter', new URL('letter.html', CONSOLE), headersOf(LETTER_POLICY))
  for (const name of readdirSync(CONSOLE)) {
    if (['.css', '.js', '.svg'].includes(extname(name)))
      serveFile(app, `/console/${name}`, new URL(name, CONSOLE))
  }
  for (const name of REFERENCE) {
    const location = import.meta.resolve(`@fastify/swagger-ui/static/${name}`)
    serveFile(app, `/console/reference/${name}`, new URL(location))
  }
  serveFile(app, '/openapi.json', new URL('../../openapi.json', import.meta.url))
}

/** The built console: made at the first request when it is missing or out of date. */
function viewRoutes(app: App): void {
  const config = { access: 'public', undocumented: true } as const
  const open = loadedOnce(openBuilt)

  for (const url of VIEWS) {
    app.get(url, { config }, async (request, reply) => {
      const { page } = await open()
      return sendFile(request, reply.headers(headersOf(VIEW_POLICY)), page)
    })
  }
  app.get<{ Params: { name: string } }>('/console/assets/:name', { config }, async (request, reply) => {
    const asset = (await open()).assets.get(request.params.name)
    if (asset === undefined) throw notFound('file')
    return sendFile(request, reply.headers(FOR_EVER), asset)
  })
}

interface BuiltConsole {
  page: StaticFile
  assets: Map<string, StaticFile>
}

async function openBuilt(): Promise<BuiltConsole> {
  if (!(await readyConsole())) {
    return { page: await loadFile(new URL('unbuilt.html', CONSOLE)), assets: new Map() }
  }
  const folder = new URL('assets/', CONSOLE_DIST)
  const assets = readdirSync(folder).map(
    async (name) => [name, await loadFile(new URL(name, folder))] as const,
  )
  return {
    page: await loadFile(new URL('index.html', CONSOLE_DIST)),
    assets: new Map(await Promise.all(assets)),
  }
}
