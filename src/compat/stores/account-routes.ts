import type { FastifyRequest } from 'fastify'
import { fits } from '../../http/compilers.ts'
import { Email, Username } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { conflict, LoggiaError, unauthenticated } from '../../kit/errors.ts'
import type { AccountsRoom, SessionTerms } from '../../modules/accounts/index.ts'
import type { Users } from '../../modules/users/index.ts'
import { readFields, required, text } from './fields.ts'
import { idIn, Told } from './shapes.ts'

export interface AccountApiRooms {
  accounts: AccountsRoom
  users: Users
}

const TERMS: SessionTerms = {
  accessSeconds: 15 * 60,
  sessionSeconds: 30 * 86_400,
  moreClaims: ({ role }, type) => ({ type, is_admin: role === 'admin' }),
}
const PASSWORD_LENGTH_MAX = 256

const SignedIn = Type.Object({ access_token: Type.String(), refresh_token: Type.String() })
const Refreshed = Type.Object({ access_token: Type.String() })
const User = Type.Object({ id: Type.Integer(), username: Type.String() })
const open = { access: 'public' } as const

export function accountRoutes(app: App, { accounts: room, users }: AccountApiRooms): void {
  const { accounts, registration, pickLocale } = room
  app.post('/register', { config: open, schema: { response: { 201: Told } } }, async ({ body, headers }) => {
    const newcomer = readFields(body, NEWCOMER)
    await registration.enroll(newcomer, pickLocale(headers['accept-language'])).catch(alreadyThere)
    return { message: 'User created successfully.' }
  })
  app.post(
    '/login',
    { config: open, schema: { response: { 200: SignedIn } } },
    async ({ body, ip, headers }) => {
      const credentials = readFields(body, { username: anyText, password: anyText })
      return accounts.login(credentials, { ip, userAgent: headers['user-agent'] }, TERMS)
    },
  )
  app.post(
    '/refresh',
    { config: { ...open, idempotent: false }, schema: { response: { 200: Refreshed } } },
    ({ headers }) => accounts.renew(bearerIn(headers), TERMS),
  )
  sessionRoutes(app, room, users)
}

function sessionRoutes(app: App, { sessions }: AccountsRoom, users: Users): void {
  app.post(
    '/logout',
    { config: { access: 'user', scheme: 'Bearer' }, schema: { response: { 200: Told } } },
    async ({ caller }) => {
      await sessions.end(caller, caller.sessionId ?? '')
      return { message: 'Successfully logged out.' }
    },
  )
  app.get(
    '/user/:id',
    { config: { access: 'user', scheme: 'Bearer' }, schema: { response: { 200: User } } },
    ({ caller, params }) => users.get(caller, idIn(params)),
  )
  app.delete(
    '/user/:id',
    { config: { access: 'fresh', scheme: 'Bearer' }, schema: { response: { 200: Told } } },
    async ({ caller, params }) => {
      await users.remove(caller, idIn(params))
      return { message: 'User deleted.' }
    },
  )
}

const anyText = required(text(() => true, ''))

const NEWCOMER = {
  username: required(text((name) => fits(Username, name), 'Not a valid name.')),
  email: required(text((email) => fits(Email, email), 'Not a valid email address.')),
  password: required(
    text(
      (password) => password.length > 0 && password.length <= PASSWORD_LENGTH_MAX,
      `Length must be between 1 and ${PASSWORD_LENGTH_MAX}.`,
    ),
  ),
}

function alreadyThere(error: unknown): never {
  if (error instanceof LoggiaError && ['username_taken', 'email_taken'].includes(error.code))
    throw conflict('user_exists', 'A user with that username or email already exists.')
  throw error
}

/** The refresh token itself, where other requests have an access token. */
function bearerIn({ authorization }: FastifyRequest['headers']): string {
  if (authorization === undefined)
    throw unauthenticated('credentials_missing', 'This needs an Authorization header.')
  const [, token] = /^bearer +(\S+) *$/i.exec(authorization) ?? []
  if (token === undefined)
    throw unauthenticated('credentials_malformed', 'The Authorization header must read "Bearer <token>".')
  return token
}
