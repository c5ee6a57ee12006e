import type { FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { IdParams, NoContent } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { AccountsRoom } from './room.ts'
import {
  Accepted,
  ApiKeyList,
  Forgotten,
  Jwks,
  Login,
  MadeApiKey,
  NewApiKey,
  PasswordChange,
  Refresh,
  Registration,
  Reset,
  SessionList,
  SessionParams,
  Setup,
  SignedIn,
  Verification,
} from './schemas.ts'
import type { Device } from './sessions.ts'

/** `user`: the shape that the room of users answers with. */
export function accountRoutes(app: App, room: AccountsRoom, user: TSchema): void {
  signInRoutes(app, room, SignedIn(user))
  sessionRoutes(app, room)
  passwordRoutes(app, room)
  apiKeyRoutes(app, room)
}

function signInRoutes(
  app: App,
  { accounts, registration, confirmation, pickLocale }: AccountsRoom,
  answer: TSchema,
): void {
  app.post(
    '/auth/register',
    {
      config: { access: 'public' },
      schema: { summary: 'Make an account', body: Registration, response: { 201: answer } },
    },
    (request) =>
      registration.register(
        request.body,
        pickLocale(request.body.locale ?? languageOf(request)),
        deviceOf(request),
      ),
  )
  app.post(
    '/auth/setup',
    {
      config: { access: 'public' },
      schema: { summary: 'Make the first administrator', body: Setup, response: { 201: answer } },
    },
    (request) => registration.setup(request.body, pickLocale(languageOf(request)), deviceOf(request)),
  )
  app.post(
    '/auth/login',
    { config: { access: 'public' }, schema: { summary: 'Sign in', body: Login, response: { 200: answer } } },
    (request) => accounts.login(request.body, deviceOf(request)),
  )
  app.post(
    '/auth/refresh',
    {
      config: { access: 'public', idempotent: false },
      schema: { summary: 'Rotate the refresh token', body: Refresh, response: { 200: answer } },
    },
    (request) => accounts.refresh(request.body.refresh_token),
  )
  app.post(
    '/auth/email/verify',
    {
      config: { access: 'public' },
      schema: { summary: 'Confirm an e-mail address', body: Verification, response: { 204: NoContent } },
    },
    (request) => confirmation.confirm(request.body.token),
  )
  app.post(
    '/auth/email/verification',
    {
      config: { access: 'user' },
      schema: { summary: 'Send the confirmation again', response: { 204: NoContent } },
    },
    (request) => confirmation.resend(request.caller.userId),
  )
}

function sessionRoutes(app: App, { sessions }: AccountsRoom): void {
  app.post(
    '/auth/logout',
    { config: { access: 'user' }, schema: { summary: 'End this session', response: { 204: NoContent } } },
    (request) => sessions.end(request.caller, request.caller.sessionId ?? ''),
  )
  app.post(
    '/auth/logout-all',
    { config: { access: 'user' }, schema: { summary: 'End all my sessions', response: { 204: NoContent } } },
    (request) => sessions.endAllOf(request.caller),
  )
  app.get(
    '/auth/sessions',
    { config: { access: 'user' }, schema: { summary: 'My sessions', response: { 200: SessionList } } },
    (request) => sessions.list(request.caller),
  )
  app.delete(
    '/auth/sessions/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'End one of my sessions', params: SessionParams, response: { 204: NoContent } },
    },
    (request) => sessions.end(request.caller, request.params.id),
  )
}

function passwordRoutes(app: App, { accounts, recovery }: AccountsRoom): void {
  app.put(
    '/auth/password',
    {
      config: { access: 'fresh' },
      schema: { summary: 'Change my password', body: PasswordChange, response: { 204: NoContent } },
    },
    (request) => accounts.changePassword(request.caller, request.body),
  )
  app.post(
    '/auth/password/forgot',
    {
      config: { access: 'public' },
      schema: { summary: 'Ask for a link to a new password', body: Forgotten, response: { 202: Accepted } },
    },
    (request) => recovery.forgot(request.body.email),
  )
  app.post(
    '/auth/password/reset',
    {
      config: { access: 'public' },
      schema: { summary: 'Set a new password by link', body: Reset, response: { 204: NoContent } },
    },
    (request) => recovery.reset(request.body),
  )
}

function apiKeyRoutes(app: App, { apiKeys }: AccountsRoom): void {
  app.post(
    '/auth/keys',
    {
      config: { access: 'user' },
      schema: { summary: 'Make an API key', body: NewApiKey, response: { 201: MadeApiKey } },
    },
    (request) => apiKeys.create(request.caller, request.body),
  )
  app.get(
    '/auth/keys',
    { config: { access: 'user' }, schema: { summary: 'My API keys', response: { 200: ApiKeyList } } },
    (request) => apiKeys.list(request.caller),
  )
  app.delete(
    '/auth/keys/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Revoke an API key', params: IdParams, response: { 204: NoContent } },
    },
    (request) => apiKeys.revoke(request.caller, request.params.id),
  )
}

/** Outside of /api/v1, where RFC 8615 wants it. */
export function jwksRoute(app: App, { keys }: AccountsRoom): void {
  app.get(
    '/.well-known/jwks.json',
    {
      config: { access: 'public' },
      schema: { summary: 'Public keys of access tokens', tags: ['accounts'], response: { 200: Jwks } },
    },
    async () => ({ keys: await keys.published() }),
  )
}

function deviceOf({ ip, headers }: FastifyRequest): Device {
  return { ip, userAgent: headers['user-agent'] }
}

function languageOf({ headers }: FastifyRequest): string | undefined {
  return headers['accept-language']
}
