import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import type { Caller } from '../../http/access.ts'
import { addJsonType } from '../../http/json-body.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { LoggiaError } from '../../kit/errors.ts'
import type { AccountsRoom, SessionTerms } from '../../modules/accounts/index.ts'
import type { QueuesRoom } from '../../modules/queues/index.ts'

export interface QueueApiRooms {
  accounts: AccountsRoom
  queues: QueuesRoom
  /** Throws when the engine that keeps the queues does not answer. */
  pingQueues: () => Promise<void>
}

/** The one queue of this API, as it is called among ours. */
const QUEUE = 'queue'
/** Its clients hold a token for two days. */
const TERMS: SessionTerms = {
  accessSeconds: 48 * 3600,
  sessionSeconds: 48 * 3600,
  role: 'admin',
  moreClaims: ({ username }) => ({ username }),
}

const Ok = Type.Object({ status: Type.Literal('ok') })
const Message = Type.Object({ status: Type.Literal('ok'), message: Type.String() })
const Count = Type.Object({ count: Type.Integer(), status: Type.Literal('ok') })
const Connection = Type.Object({ Connection: Type.String() })
const Claims = Type.Object({ exp: Type.Integer(), username: Type.String() })
const Authenticated = Type.Object({ Status: Type.String(), token: Type.String() })

export function queueApiRoutes(app: App, { accounts, queues, pingQueues }: QueueApiRooms): void {
  // The content type is not looked at, so that what its clients send as text is read as the JSON that it is.
  addJsonType(app, '*')
  signInRoutes(app, accounts)
  const admin = { access: 'admin', machine: true } as const

  app.get(
    '/api/queue/ping_redis',
    { config: admin, schema: { response: { 200: Connection, 500: Connection } } },
    async (_request, reply) => {
      const answers = await pingQueues().then(
        () => true,
        () => false,
      )
      return reply.code(answers ? 200 : 500).send({ Connection: answers ? 'OK' : 'NOT OK' })
    },
  )
  app.post(
    '/api/queue/push',
    { config: admin, schema: { response: { 200: Ok } } },
    async ({ caller, body, headers }) => {
      const { msg } = Object(body) as { msg?: unknown }
      if (typeof msg !== 'string') throw malformed('invalid message input')
      await queues.messages.push(caller, QUEUE, { body: msg }, keyOf(headers))
      return { status: 'ok' as const }
    },
  )
  app.get(
    '/api/queue/pop',
    // A HEAD would take a message and show it to nobody.
    { config: admin, exposeHeadRoute: false, schema: { response: { 200: Message } } },
    async (_request, reply) => {
      await queues.queues.findOrMake(QUEUE)
      const popped = await queues.messages.pop(QUEUE)
      if (popped === undefined) throw malformed('Queue is empty')
      // What was taken is sent whole, however much it looks like what was sent before.
      reply.header('cache-control', 'no-store')
      return { status: 'ok' as const, message: textOf(popped.body) }
    },
  )
  app.get('/api/queue/count', { config: admin, schema: { response: { 200: Count } } }, async () => {
    await queues.queues.findOrMake(QUEUE)
    const { waiting } = await queues.queues.get(QUEUE)
    return { count: waiting, status: 'ok' as const }
  })
}

function signInRoutes(app: App, { accounts }: AccountsRoom): void {
  const ping = { access: 'public' } as const
  app.get(
    '/api/ping',
    { config: ping, schema: { produces: ['text/html'], response: { 200: Type.String() } } },
    async (_request, reply) => {
      reply.type('text/html; charset=utf-8')
      return 'pong'
    },
  )
  app.post(
    '/api/login',
    { config: { access: 'public' }, schema: { response: { 200: Authenticated } } },
    async ({ body, ip, headers }) => {
      const { username, password } = Object(body) as Record<string, unknown>
      if (typeof username !== 'string') throw malformed('Invalid user data')
      const device = { ip, userAgent: headers['user-agent'] }
      const credentials = { username, password: typeof password === 'string' ? password : '' }
      const { access_token } = await accounts.login(credentials, device, TERMS).catch(unknownUser)
      return { Status: 'Successfully Auth', token: access_token }
    },
  )
  app.get(
    '/api/verify/token',
    { config: { access: 'user' }, schema: { response: { 200: Claims } } },
    async ({ caller }) => claimsOf(caller),
  )
}

/** One answer for an unknown name, a wrong password and somebody who is no administrator: it tells nobody who is. */
function unknownUser(error: unknown): never {
  if (error instanceof LoggiaError && error.code === 'credentials_wrong')
    throw new LoggiaError('not_found', 'user_not_found', 'User not found')
  throw error
}

function malformed(message: string): LoggiaError {
  return new LoggiaError('malformed', 'malformed_request', message)
}

function claimsOf({ username, expiresAt }: Caller): Static<typeof Claims> {
  return { exp: Math.floor((expiresAt ?? 0) / 1000), username }
}

function keyOf(headers: FastifyRequest['headers']): string | undefined {
  const key = headers['idempotency-key']
  return typeof key === 'string' ? key : undefined
}

/** What others pushed there may be any JSON. */
function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body)
}
