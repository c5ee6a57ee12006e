import { STATUS_CODES } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../../http/errors.ts'
import type { FieldError } from '../../kit/errors.ts'

/** Refusals in the envelope of Flask-smorest, and those of tokens in the one of its JWT library. */
export function refuse(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const ofToken = TOKEN_REFUSALS[refusal.code]
  if (refusal.code === 'credentials_malformed') reply.code(401).send(malformedHeader(request))
  else if (ofToken) reply.code(401).send(ofToken)
  else {
    const { status, ...more } = envelopeOf(refusal)
    reply.code(status).send({ code: status, ...more, status: STATUS_CODES[status] })
  }
}

const NO_TOKEN = {
  description: 'Request does not contain an access token.',
  error: 'authorization_required',
}
const BAD_TOKEN = { error: 'invalid_token', message: 'Signature verification failed.' }
const REVOKED = { description: 'The token has been revoked.', error: 'token_revoked' }

const TOKEN_REFUSALS: Record<string, object> = {
  credentials_missing: NO_TOKEN,
  token_invalid: BAD_TOKEN,
  token_expired: { error: 'token_expired', message: 'The token has expired.' },
  token_revoked: REVOKED,
  token_reused: REVOKED,
  account_deleted: REVOKED,
  account_disabled: REVOKED,
  fresh_token_required: { description: 'The token is not fresh.', error: 'fresh_token_required' },
}

function malformedHeader({ headers }: FastifyRequest): object {
  return /^bearer\b/i.test(headers.authorization ?? '') ? BAD_TOKEN : NO_TOKEN
}

function envelopeOf({ status, code, detail, errors = [] }: Refusal): {
  status: number
  [member: string]: unknown
} {
  if (code === 'role_missing') return { status: 401, message: 'Admin privilege required.' }
  if (code === 'credentials_wrong') return { status, message: 'Invalid credentials.' }
  if (code === 'malformed_json') return { status, errors: { json: ['Invalid JSON body.'] } }
  if (CONFLICTS[code]) return { status: 400, message: CONFLICTS[code] }
  if (status === 404 || status === 405) return { status }
  return errors.length > 0 ? { status, errors: { json: byField(errors) } } : { status, message: detail }
}

const CONFLICTS: Record<string, string> = {
  store_name_taken: 'A store with that name already exists.',
  tag_name_taken: 'A tag with that name already exists in that store.',
  tag_in_use: 'Could not delete tag. Make sure tag is not associated with any items, then try again.',
  tag_of_other_store: 'Make sure item and tag belong to the same store before linking.',
}

function byField(errors: FieldError[]): Record<string, string[]> {
  const fields = Map.groupBy(errors, ({ pointer }) => pointer.slice(1) || '_schema')
  return Object.fromEntries([...fields].map(([field, of]) => [field, of.map(({ detail }) => detail)]))
}
