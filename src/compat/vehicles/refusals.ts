import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../../http/errors.ts'
import type { FieldError } from '../../kit/errors.ts'

/** Refusals in the shape of FastAPI: a word, or pydantic's list of faults. */
export function refuse(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, detail, errors = [] } = refusal
  if (code === 'malformed_json') reply.code(422).send({ detail: [MALFORMED_JSON] })
  else if (code === 'malformed_form') reply.code(400).send({ detail: MALFORMED_FORM })
  else if (status === 422) reply.code(422).send({ detail: errors.length > 0 ? errors.map(toFault) : detail })
  else if (status === 401) unauthorized(request, reply)
  // Which of the two is taken is told to nobody.
  else if (status === 409) reply.code(400).send({ detail: 'Bad Request' })
  else reply.code(status).send({ detail: STATUS_CODES[status] })
}

function unauthorized({ routeOptions }: FastifyRequest, reply: FastifyReply): void {
  const isSignIn = routeOptions.config.access === 'public'
  reply.header('www-authenticate', 'Bearer').code(401)
  reply.send({ detail: isSignIn ? 'Unauthorized' : 'Not authenticated' })
}

const MALFORMED_JSON = {
  loc: ['body'],
  msg: 'the body is not valid JSON',
  type: 'value_error.jsondecode',
}

const MALFORMED_FORM = 'There was an error parsing the body'

/** What pydantic calls a fault, by its sentence. */
const FAULT_TYPES: Record<string, string> = {
  'field required': 'value_error.missing',
  'none is not an allowed value': 'type_error.none.not_allowed',
  'str type expected': 'type_error.str',
  'value is not a valid dict': 'type_error.dict',
  'value is not a valid email address': 'value_error.email',
  'value is not a valid integer': 'type_error.integer',
  'string does not match regex "password"': 'value_error.str.regex',
}

function toFault({ pointer, detail }: FieldError) {
  const loc = pointer.startsWith('?') ? ['query', pointer.slice(1)] : ['body', ...pointer.split('/').slice(1)]
  return { loc, msg: detail, type: FAULT_TYPES[detail] ?? 'value_error' }
}
