import { randomBytes } from 'node:crypto'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyContextConfig,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RouteOptions,
} from 'fastify'
import { LoggiaError } from '../kit/errors.ts'
import { type AccessOptions, createAccessCheck, requireAccessWord } from './access.ts'
import { nameAddresses, presetStatus } from './answers.ts'
import { refuseBrokenRequest } from './broken-request.ts'
import { schemaController } from './compilers.ts'
import { dropSeenBody, tagAnswer } from './conditional.ts'
import { createCors } from './cors.ts'
import { handleError, type Refuse } from './errors.ts'
import { createGracefulStop } from './graceful-stop.ts'
import { hookOf } from './hook.ts'
import type { createIdempotency } from './idempotency.ts'
import { parseJsonBodies } from './json-body.ts'
import { createDeparture } from './leave-together.ts'
import type { createRateLimit } from './rate-limit.ts'
import { createUnrouted } from './unrouted.ts'

export type App = FastifyInstance<
  import('node:http').Server,
  import('node:http').IncomingMessage,
  import('node:http').ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

export interface ServerOptions extends AccessOptions {
  logger: FastifyBaseLogger
  bodyLimit: number
  requestTimeoutSeconds: number
  trustedProxies: string[]
  corsOrigins: string[]
  /** Adds what is done for a trace; `null`: nothing is traced. */
  traceRequests: ((app: App) => void) | null
  limitRate: ReturnType<typeof createRateLimit>
  idempotency: ReturnType<typeof createIdempotency>
  /** Told of every route, in the order of their making. */
  onRoute: (route: RouteOptions) => void
}

/** How we speak HTTP, once: access -> rate limit -> idempotency -> handler -> answer schema -> out. */
export function createServer(options: ServerOptions): App {
  const app = bareServer(options)
  const unrouted = createUnrouted()
  const checkAccess = createAccessCheck(options)

  parseJsonBodies(app)
  app.setErrorHandler(handleError)
  app.setNotFoundHandler(unrouted.answer)
  app.decorate('answerUnrouted', unrouted.answer)
  app.decorateRequest('caller')
  app.decorate('checkAccess', checkAccess)

  app.addHook('onRoute', (route) => {
    requireAccessWord(route)
    options.idempotency.guard(route)
    presetStatus(route)
    unrouted.note(route)
    options.onRoute(route)
  })
  options.traceRequests?.(app)
  const cors = options.corsOrigins.length > 0 ? [createCors(options.corsOrigins)] : []
  app.addHook('onRequest', hookOf(greet, ...cors, checkAccess, options.limitRate))
  app.addHook('preSerialization', (request, reply, payload, done) => {
    nameAddresses(request, reply, payload)
    done(null, tagAnswer(request, reply, payload))
  })
  const { closeBehind } = createGracefulStop(app)
  const departure = createDeparture()
  app.addHook('onSend', (request, reply, payload, done) => {
    closeBehind(reply)
    const sent = dropSeenBody(request, reply, payload)
    departure(() => {
      try {
        done(null, sent)
      } catch (error) {
        done(error as Error)
      }
    })
  })
  return app
}

function greet(request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  if (namesNoHost(request)) throw hostMissing()
}

/** RFC 9112, 3.2. */
function namesNoHost({ raw }: FastifyRequest): boolean {
  return raw.headers.host === undefined && raw.httpVersion === '1.1'
}

function hostMissing(): LoggiaError {
  return new LoggiaError('malformed', 'malformed_request', 'The Host header is missing.')
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Throws when the caller of a request that takes long may no longer do what it began. */
    checkAccess: (request: FastifyRequest) => void | Promise<void>
    answerUnrouted: ReturnType<typeof createUnrouted>['answer']
  }
}

/** Mounts the routes of one room below /api/v1. */
export function mount(app: App, arch: string, routes: (scope: App) => void): void {
  app.register(
    async (scope) => {
      configureRoutes(scope, { arch })
      routes(scope as App)
    },
    { prefix: '/api/v1' },
  )
}

/** An API of somebody else's making, spoken to its own clients over our rooms. */
export interface ForeignApi {
  /** Below which its documented paths stand. */
  prefix: string
  /** Its budget of requests. */
  arch: string
  routes: (scope: App) => void
  refuse: Refuse
}

export function mountForeign(app: App, { prefix, arch, routes, refuse }: ForeignApi): void {
  app.register(
    async (scope) => {
      configureRoutes(scope, { arch, foreign: true })
      scope.refuse = refuse
      scope.setNotFoundHandler(scope.answerUnrouted)
      routes(scope as App)
    },
    { prefix },
  )
}

function configureRoutes(scope: FastifyInstance, more: Partial<FastifyContextConfig>): void {
  scope.addHook('onRoute', (route) => {
    route.config = { ...route.config, ...more } as FastifyContextConfig
  })
}

const HEADER_BYTES_MAX = 16 * 1024
const KEEP_ALIVE_MS = 72_000
/** A connection on which nothing moves: a client that no longer reads must not hold its answer for ever. */
const STILL_MS_MAX = 120_000
/** How often connections are looked over, so that a timeout of some seconds does not take half a minute. */
const LOOK_EVERY_MS = 1_000

function bareServer({ logger, bodyLimit, requestTimeoutSeconds, trustedProxies }: ServerOptions): App {
  return Fastify({
    loggerInstance: logger,
    // Nothing is logged of a request but with its id.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit,
    requestTimeout: requestTimeoutSeconds * 1000,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: STILL_MS_MAX,
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    genReqId: createRequestIds(),
    return503OnClosing: false,
    schemaController,
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: requestTimeoutSeconds * 1000,
      connectionsCheckingInterval: LOOK_EVERY_MS,
      // Missing, it is refused in our own words.
      requireHostHeader: false,
    },
    clientErrorHandler: refuseBrokenRequest,
    frameworkErrors: handleError,
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
