import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../../http/errors.ts'
import type { FieldError } from '../../kit/errors.ts'

/** Refusals in the words of Django REST framework and its JWT library. */
export function refuse(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const { status, errors = [] } = refusal
  if (status === 401) reply.header('www-authenticate', 'Token realm="api"')
  if (errors.length > 0) reply.code(400).send(byField(errors))
  else
    reply
      .code(status === 422 ? 400 : status)
      .send(status === 401 ? tokenRefusal(refusal, request) : wordsFor(refusal, request))
}

function byField(errors: FieldError[]): Record<string, string[]> {
  const fields: Record<string, string[]> = {}
  for (const { pointer, detail } of errors) {
    const field = pointer.slice(1) || 'non_field_errors'
    fields[field] = [...(fields[field] ?? []), detail]
  }
  return fields
}

function wordsFor(
  { status, code, detail, retryAfterSeconds = 1 }: Refusal,
  { method, headers }: FastifyRequest,
) {
  if (status === 404) return { detail: 'Not found.' }
  if (status === 405) return { detail: `Method "${method}" not allowed.` }
  if (status === 415)
    return { detail: `Unsupported media type "${headers['content-type'] ?? ''}" in request.` }
  if (code === 'malformed_json') return { detail: `JSON parse error - ${detail}` }
  if (status === 429) {
    const seconds = retryAfterSeconds === 1 ? '1 second' : `${retryAfterSeconds} seconds`
    return { detail: `Request was throttled. Expected available in ${seconds}.` }
  }
  return { detail }
}

function tokenRefusal({ code, detail }: Refusal, { headers, routeOptions }: FastifyRequest) {
  if (routeOptions.config.access === 'public') {
    return code === 'credentials_wrong'
      ? { detail: 'No active account found with the given credentials' }
      : { detail, code: 'token_not_valid' }
  }
  const [word = '', ...rest] = (headers.authorization ?? '').split(' ')
  if (word.toLowerCase() !== 'token') return { detail: 'Authentication credentials were not provided.' }
  if (rest.length !== 1) {
    return {
      detail: 'Authorization header must contain two space-delimited values',
      code: 'bad_authorization_header',
    }
  }
  if (code === 'account_disabled') return { detail: 'User is inactive', code: 'user_inactive' }
  if (code === 'account_deleted') return { detail: 'User not found', code: 'user_not_found' }
  const message = wordsForInvalid(rest[0], 'access')
  return {
    detail: 'Given token not valid for any token type',
    code: 'token_not_valid',
    messages: [{ token_class: 'AccessToken', token_type: 'access', message }],
  }
}

/** For a token that was refused already. */
export function wordsForInvalid(token = '', wanted: 'access' | 'refresh'): string {
  const isOther = typeOf(token) === (wanted === 'access' ? 'refresh' : 'access')
  return isOther ? 'Token has wrong type' : 'Token is invalid or expired'
}

function typeOf(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).token_type
  } catch {
    return undefined
  }
}
