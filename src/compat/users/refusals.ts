import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Refusal } from '../../http/errors.ts'

/** Refusals of tokens in the words of Flask-JWT-Extended, all others with `success` and a message. */
export function refuse(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const ofToken = tokenRefusal(refusal, request)
  if (ofToken) reply.code(ofToken.status).send({ msg: ofToken.msg })
  else reply.code(statusOf(refusal)).send({ message: messageOf(refusal), success: false })
}

function tokenRefusal(
  { code }: Refusal,
  { headers }: FastifyRequest,
): { status: number; msg: string } | null {
  if (code === 'credentials_missing') return { status: 401, msg: 'Missing Authorization Header' }
  if (code === 'credentials_malformed')
    return { status: 422, msg: "Bad Authorization header. Expected value 'Bearer <JWT>'" }
  if (code === 'token_invalid') {
    const segments = (headers.authorization ?? '').split('.').length
    return { status: 422, msg: segments < 3 ? 'Not enough segments' : 'Signature verification failed' }
  }
  if (code === 'token_expired') return { status: 401, msg: 'Token has expired' }
  if (code === 'token_revoked' || code === 'account_disabled')
    return { status: 401, msg: 'Token has been revoked' }
  return code === 'fresh_token_required' ? { status: 401, msg: 'Fresh token required' } : null
}

function statusOf({ status, code }: Refusal): number {
  if (code === 'account_deleted') return 404
  return status === 409 || status === 422 ? 400 : status
}

const MESSAGES: Record<string, string> = {
  account_deleted: 'No such user',
  user_not_found: 'No such user',
  document_not_found: 'No such file. Send generation request first.',
  document_file_not_found: 'No such file. Send generation request first.',
  username_taken: 'User with such name already exists',
  credentials_wrong: 'Bad username or password',
}

function messageOf({ code, detail, errors = [] }: Refusal): string {
  const [fault] = errors
  const told = fault === undefined ? detail : `${fault.pointer.slice(1)}: ${fault.detail}`
  return MESSAGES[code] ?? told
}
