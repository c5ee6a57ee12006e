import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  LogController,
  type RouteOptions,
} from 'fastify'
import { type Authenticate, createAccessCheck, requireAccessWord } from './access.ts'
import { nameLocation, presetStatus, readSuccessStatus } from './answers.ts'
import { schemaController } from './compilers.ts'
import { tagAnswer } from './conditional.ts'
import { createCors } from './cors.ts'
import { handleError, toProblem } from './errors.ts'
import type { createIdempotency } from './idempotency.ts'
import { parseJsonBodies } from './json-body.ts'
import type { createRateLimit } from './rate-limit.ts'
import { createUnrouted } from './unrouted.ts'

export type App = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface ServerOptions {
  logger: FastifyBaseLogger
  bodyLimit: number
  requestTimeoutSeconds: number
  trustedProxies: string[]
  corsOrigins: string[]
  authenticate: Authenticate
  limitRate: ReturnType<typeof createRateLimit>
  idempotency: ReturnType<typeof createIdempotency>
  /** Told of every route, in the order of their making. */
  onRoute: (route: RouteOptions) => void
}

/** How we speak HTTP, once: access -> rate limit -> idempotency -> handler -> answer schema -> out. */
export function createServer(options: ServerOptions): App {
  const app = bareServer(options)
  const unrouted = createUnrouted()

  parseJsonBodies(app)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(unrouted.answer)
  app.decorateRequest('caller')

  app.addHook('onRoute', (route) => {
    requireAccessWord(route)
    readSuccessStatus(route)
    unrouted.note(route)
    options.onRoute(route)
  })
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  })
  if (options.corsOrigins.length > 0) app.addHook('onRequest', createCors(options.corsOrigins))
  app.addHook('onRequest', createAccessCheck(options.authenticate))
  app.addHook('onRequest', options.limitRate)
  app.addHook('preHandler', presetStatus)
  app.addHook('preHandler', options.idempotency.remember)
  app.addHook('preSerialization', nameLocation)
  app.addHook('preSerialization', tagAnswer)
  app.addHook('onSend', options.idempotency.keepAnswer)
  return app
}

/** Mounts the routes of one room below /api/v1. */
export function mount(app: App, arch: string, routes: (scope: App) => void): void {
  app.register(
    async (scope) => {
      scope.addHook('onRoute', (route) => {
        route.config = { ...route.config, arch } as typeof route.config & { arch: string }
      })
      routes(scope as App)
    },
    { prefix: '/api/v1' },
  )
}

const HEADER_BYTES_MAX = 16 * 1024
const KEEP_ALIVE_MS = 72_000

function bareServer({ logger, bodyLimit, requestTimeoutSeconds, trustedProxies }: ServerOptions): App {
  return Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: requestTimeoutSeconds * 1000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    genReqId: createRequestIds(),
    return503OnClosing: false,
    schemaController,
    http: { maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: requestTimeoutSeconds * 1000 },
    clientErrorHandler: refuseBrokenRequest,
  }) as App
}

/** Takes a sane id from the caller, so that a trace goes on through us; else a random start and a count. */
function createRequestIds() {
  const start = randomBytes(6).toString('base64url')
  let count = 0
  return ({ headers }: { headers: Record<string, string | string[] | undefined> }): string => {
    const given = headers['x-request-id']
    if (typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given)) return given
    count += 1
    return `${start}-${count.toString(36)}`
  }
}

/** What is no HTTP, or too much of it, is answered on the bare socket: there is no request yet to reply to. */
function refuseBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const refusal = BROKEN[error.code ?? ''] ?? {
    status: 400,
    code: 'malformed_request',
    detail: 'This is not valid HTTP.',
  }
  const problem = toProblem(refusal, randomBytes(8).toString('base64url'))
  const body = JSON.stringify(problem)
  const head = `HTTP/1.1 ${problem.status} ${problem.title}\r\nContent-Type: application/problem+json\r\n`
  socket.end(`${head}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`)
}

const BROKEN: Record<string, { status: number; code: string; detail: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers_too_large',
    detail: 'The headers are larger than this server takes.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'request_timeout',
    detail: 'The request did not arrive in time.',
  },
}
