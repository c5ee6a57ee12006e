import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorKind, type FieldError, invalid, LoggiaError } from '../kit/errors.ts'
import { isForeignKeyViolation } from '../platform/database/index.ts'

/** RFC 9457, with a stable `code`, JSON pointers and the request's id. */
export interface Problem {
  type: string
  title: string
  status: number
  code: string
  detail: string
  errors?: FieldError[]
  request_id: string
}

const STATUS: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  precondition_failed: 412,
  invalid: 422,
  too_many: 429,
  unavailable: 503,
}

/** What Fastify refuses by itself, in our words. */
const REFUSED_BY_FASTIFY: Record<string, { status: number; code: string; detail: string }> = {
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'malformed_json',
    detail: 'The body is not valid JSON.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body_too_large',
    detail: 'The body is larger than this server takes.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'This address does not take a body of this type; most take application/json.',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'malformed_request', detail: 'The address is not a valid URL.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'address_too_long', detail: 'The address is too long.' },
}

export interface Refusal {
  status: number
  code: string
  detail: string
  errors?: FieldError[]
  retryAfterSeconds?: number | undefined
}

/** Words a refusal in the shape of one API: its status, its body, and what headers it wants. */
export type Refuse = (refusal: Refusal, request: FastifyRequest, reply: FastifyReply) => void

declare module 'fastify' {
  interface FastifyInstance {
    /** How this part of the server words its refusals; unset: as problem+json. */
    refuse?: Refuse
  }
}

export function handleError(
  error: FastifyError | LoggiaError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const refusal = refusalOf(error, request)
  if (refusal.status >= 500) request.log.error({ err: error, request_id: request.id }, refusal.code)
  sendRefusal(request, reply, refusal)
}

export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
  const { retryAfterSeconds } = refusal
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  reply.header('x-request-id', request.id).header('cache-control', 'no-store').removeHeader('etag')
  const refuse = request.server.refuse ?? sendProblem
  refuse(refusal, request, reply)
}

function refusalOf(error: FastifyError | LoggiaError, { raw }: FastifyRequest): Refusal {
  if (error instanceof LoggiaError) return ofLoggia(error)
  if (error.validation) return ofLoggia(invalid(toFieldErrors(error.validation, error.validationContext)))
  const known = REFUSED_BY_FASTIFY[error.code]
  if (known) return known
  if (error === raw.errored) return CUT_SHORT
  if (isForeignKeyViolation(error)) return DELETED_MEANWHILE
  const isCallers = error.code?.startsWith('FST_ERR_') && Number(error.statusCode) < 500
  return isCallers ? NOT_UNDERSTOOD : INTERNAL
}

const CUT_SHORT = { status: 400, code: 'malformed_request', detail: 'The body broke off.' }

/** A room that knows which record it was has said so itself; mostly it is the caller's own account. */
const DELETED_MEANWHILE = {
  status: 409,
  code: 'deleted_meanwhile',
  detail: 'Something that this belongs to was deleted while you asked. Nothing was changed.',
}

const NOT_UNDERSTOOD = {
  status: 400,
  code: 'malformed_request',
  detail: 'The request makes no sense to this server.',
}

const INTERNAL = {
  status: 500,
  code: 'internal_error',
  detail: 'Something went wrong on our side. The request id helps to find out what.',
}

function ofLoggia({ kind, code, message, errors, retryAfterSeconds }: LoggiaError): Refusal {
  return { status: STATUS[kind], code, detail: message, errors, retryAfterSeconds }
}

type ValidationFault = NonNullable<FastifyError['validation']>[number]

/** An answer must not grow with what is wrong: neither in their number, nor by the names that a caller makes up. */
const FIELD_ERRORS_MAX = 100
const POINTER_LENGTH_MAX = 200

export function toFieldErrors(faults: ValidationFault[], context = 'body'): FieldError[] {
  return faults.slice(0, FIELD_ERRORS_MAX).map((fault) => toFieldError(fault, context))
}

function toFieldError(
  { instancePath, keyword, params, message }: ValidationFault,
  context: string,
): FieldError {
  const member = keyword === 'required' ? params['missingProperty'] : params['additionalProperty']
  const path = member === undefined ? instancePath : `${instancePath}/${toToken(String(member))}`
  const pointer = context === 'body' ? path : `?${fromToken(path.slice(1))}`
  return {
    pointer: pointer.slice(0, POINTER_LENGTH_MAX),
    detail: sentenceFor(keyword, message ?? 'is not valid'),
  }
}

/** RFC 6901, 3. */
function toToken(member: string): string {
  return member.replaceAll('~', '~0').replaceAll('/', '~1')
}

function fromToken(member: string): string {
  return member.replaceAll('~1', '/').replaceAll('~0', '~')
}

function sentenceFor(keyword: string, message: string): string {
  if (keyword === 'required') return 'is required'
  if (keyword === 'additionalProperties') return 'is not a member of this'
  if (keyword === 'pattern') return 'has characters that are not allowed here'
  return message
}

function sendProblem(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const { status } = refusal
  if (status === 401) reply.header('www-authenticate', challengeFor(refusal.code))
  reply
    .code(status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(toProblem(refusal, request.id)))
}

export function toProblem({ status, code, detail, errors }: Refusal, requestId: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error'
  const fields = errors && errors.length > 0 ? { errors } : {}
  return { type: `urn:loggia:problem:${code}`, title, status, code, detail, ...fields, request_id: requestId }
}

/** RFC 6750, 3 and RFC 9470, 3. */
function challengeFor(code: string): string {
  if (code.startsWith('credentials_')) return 'Bearer realm="loggia"'
  const error = code === 'fresh_token_required' ? 'insufficient_user_authentication' : 'invalid_token'
  return `Bearer realm="loggia", error="${error}"`
}
