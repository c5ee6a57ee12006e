import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type ErrorKind, type FieldError, invalid, LoggiaError } from '../kit/errors.ts'

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
  FST_ERR_CTP_EMPTY_JSON_BODY: { status: 400, code: 'malformed_json', detail: 'The body is empty.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    code: 'malformed_request',
    detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body_too_large',
    detail: 'The body is larger than this server takes.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'Send the body as application/json.',
  },
  FST_ERR_BAD_URL: { status: 400, code: 'malformed_request', detail: 'The address is not a valid URL.' },
  FST_ERR_ASYNC_CONSTRAINT: { status: 400, code: 'malformed_request', detail: 'The request is not valid.' },
  FST_ERR_MAX_PARAM_LENGTH: { status: 414, code: 'address_too_long', detail: 'The address is too long.' },
}

export interface Refusal {
  status: number
  code: string
  detail: string
  errors?: FieldError[]
  retryAfterSeconds?: number | undefined
}

export function handleError(
  error: FastifyError | LoggiaError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const refusal = refusalOf(error)
  if (refusal.status >= 500) request.log.error({ err: error, request_id: request.id }, refusal.code)
  sendProblem(request, reply, refusal)
}

function refusalOf(error: FastifyError | LoggiaError): Refusal {
  if (error instanceof LoggiaError) return ofLoggia(error)
  if (error.validation)
    return ofLoggia(invalid(error.validation.map((fault) => toFieldError(fault, error.validationContext))))
  return (
    REFUSED_BY_FASTIFY[error.code] ?? {
      status: 500,
      code: 'internal_error',
      detail: 'Something went wrong on our side. The request id helps to find out what.',
    }
  )
}

function ofLoggia({ kind, code, message, errors, retryAfterSeconds }: LoggiaError): Refusal {
  return { status: STATUS[kind], code, detail: message, errors, retryAfterSeconds }
}

type ValidationFault = NonNullable<FastifyError['validation']>[number]

function toFieldError(
  { instancePath, keyword, params, message }: ValidationFault,
  context = 'body',
): FieldError {
  const member = keyword === 'required' ? params['missingProperty'] : params['additionalProperty']
  const path =
    member === undefined
      ? instancePath
      : `${instancePath}/${String(member).replace(/~/g, '~0').replace(/\//g, '~1')}`
  const pointer = context === 'body' ? path : `?${path.slice(1)}`
  return { pointer, detail: sentenceFor(keyword, message ?? 'is not valid') }
}

function sentenceFor(keyword: string, message: string): string {
  if (keyword === 'required') return 'is required'
  if (keyword === 'additionalProperties') return 'is not a member of this'
  if (keyword === 'pattern') return 'has characters that are not allowed here'
  return message
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): void {
  const { status, retryAfterSeconds } = refusal
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  if (status === 401) reply.header('www-authenticate', challengeFor(refusal.code))
  reply
    .code(status)
    .header('content-type', 'application/problem+json')
    .header('cache-control', 'no-store')
    .removeHeader('etag')
    .send(JSON.stringify(toProblem(refusal, request.id)))
}

export function toProblem({ status, code, detail, errors }: Refusal, requestId: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error'
  const fields = errors && errors.length > 0 ? { errors } : {}
  return { type: `urn:loggia:problem:${code}`, title, status, code, detail, ...fields, request_id: requestId }
}

/** RFC 6750, 3 and RFC 9470, 3. */
function challengeFor(code: string): string {
  if (code === 'credentials_missing') return 'Bearer realm="loggia"'
  const error = code === 'fresh_token_required' ? 'insufficient_user_authentication' : 'invalid_token'
  return `Bearer realm="loggia", error="${error}"`
}
