import type { FastifyRequest } from 'fastify'
import { fits } from '../../http/compilers.ts'
import { Email, Username } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { type FieldError, invalid, LoggiaError, unauthenticated } from '../../kit/errors.ts'
import { type AccountsRoom, isOftenGuessed, type SessionTerms } from '../../modules/accounts/index.ts'
import { type FieldCheck, readFields } from './fields.ts'
import { wordsForInvalid } from './refusals.ts'

/** An access token lives a day, its session fifteen. */
const TERMS: SessionTerms = {
  accessSeconds: 86_400,
  sessionSeconds: 15 * 86_400,
  singleUse: true,
  moreClaims: ({ id }) => ({ user_id: id }),
}
const PASSWORD_LENGTH_MIN = 8
const PASSWORD_LENGTH_MAX = 256

const Registered = Type.Object({ username: Type.String(), email: Type.String() })
const Pair = Type.Object({ refresh: Type.String(), access: Type.String() })
const open = { access: 'public' } as const

export function accountRoutes(app: App, { accounts: room }: { accounts: AccountsRoom }): void {
  const { accounts, registration, sessions, pickLocale } = room

  app.post(
    '/api/v1/register/',
    { config: open, schema: { response: { 201: Registered } } },
    async ({ body, headers }) => {
      const newcomer = readFields(body, NEWCOMER)
      const taken = await registration.taken(newcomer)
      if (taken.length > 0) throw invalid(taken.map(toTakenError))
      await registration.enroll(newcomer, pickLocale(headers['accept-language'])).catch(inFields)
      return { username: newcomer.username, email: newcomer.email }
    },
  )
  app.post(
    '/api/v1/login/',
    { config: open, schema: { response: { 200: Pair } } },
    async ({ body, ip, headers }) => {
      const credentials = readFields(body, { username: {}, password: { untrimmed: true } })
      const device = { ip, userAgent: headers['user-agent'] }
      return toPair(await accounts.login(credentials, device, TERMS))
    },
  )
  app.post(
    '/api/v1/refresh/',
    { config: { ...open, idempotent: false }, schema: { response: { 200: Pair } } },
    async ({ body }: FastifyRequest) => {
      const { refresh } = readFields(body, { refresh: {} })
      return toPair(await accounts.refresh(refresh, TERMS).catch(inTokenWords(refresh)))
    },
  )
  app.post(
    '/api/v1/logout/',
    { config: { access: 'user', scheme: 'Token', successStatus: 205 } },
    async ({ caller }, reply) => {
      await sessions.endAllOf(caller)
      return reply.send()
    },
  )
}

const checkUsername: FieldCheck = (name) =>
  /^[\p{L}\p{N}_.@+-]+$/u.test(name) && fits(Username, name)
    ? []
    : ['Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.']

const checkPassword: FieldCheck = (password) => [
  ...(password.length < PASSWORD_LENGTH_MIN
    ? [`This password is too short. It must contain at least ${PASSWORD_LENGTH_MIN} characters.`]
    : []),
  ...(isOftenGuessed(password) ? ['This password is too common.'] : []),
  ...(/^\d+$/.test(password) ? ['This password is entirely numeric.'] : []),
]

const NEWCOMER = {
  username: { lengthMax: 150, check: checkUsername },
  password: { untrimmed: true, lengthMax: PASSWORD_LENGTH_MAX, check: checkPassword },
  email: { check: (email: string) => (fits(Email, email) ? [] : ['Enter a valid email address.']) },
} as const

const TAKEN = {
  username: 'A user with that username already exists.',
  email: 'This field must be unique.',
}

function toTakenError(member: keyof typeof TAKEN): FieldError {
  return { pointer: `/${member}`, detail: TAKEN[member] }
}

/** Somebody else was quicker between the look and the account. */
function inFields(error: unknown): never {
  if (error instanceof LoggiaError && error.code === 'username_taken')
    throw invalid([toTakenError('username')])
  if (error instanceof LoggiaError && error.code === 'email_taken') throw invalid([toTakenError('email')])
  throw error
}

function inTokenWords(token: string) {
  return (error: unknown): never => {
    if (!(error instanceof LoggiaError) || error.kind !== 'unauthenticated') throw error
    const used = error.code === 'token_reused' || error.code === 'token_revoked'
    throw unauthenticated(
      'token_not_valid',
      used ? 'Token is blacklisted' : wordsForInvalid(token, 'refresh'),
    )
  }
}

function toPair({ refresh_token, access_token }: { refresh_token: string; access_token: string }) {
  return { refresh: refresh_token, access: access_token }
}
