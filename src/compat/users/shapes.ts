import type { FastifyRequest } from 'fastify'
import { fits } from '../../http/compilers.ts'
import { Nullable } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'
import { forbidden, invalid, LoggiaError, notFound } from '../../kit/errors.ts'
import { StatsPatch, type User as UserOfOurs, UserPatch } from '../../modules/users/index.ts'

export const User = Type.Object({
  email: Nullable(Type.String()),
  gender: Nullable(Type.String()),
  profile_pic: Nullable(Type.String()),
  self: Type.String(),
  stats: Type.String(),
  username: Type.String(),
})

/** An address only for whom the room shows it to. */
export function present({ id, email = null, gender, profile_pic, username }: UserOfOurs) {
  return { email, gender, profile_pic, self: `/users/${id}`, stats: `/users/${id}/stats`, username }
}

export function idIn(params: unknown): number {
  const { id } = params as { id: string }
  if (!/^[1-9]\d{0,14}$/.test(id)) throw notFound('user')
  return Number(id)
}

/** This API says to whoever is not the owner that they are not. */
export function ownIdIn({ params, caller }: FastifyRequest): number {
  const id = idIn(params)
  if (caller.userId !== id) throw forbidden('not_yours', 'This is not your account')
  return id
}

/** The members of a JSON object; what is none has none. */
export function membersOf(body: unknown): Record<string, unknown> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Record<string, unknown>
  throw malformed('A JSON object is expected')
}

export function malformed(message: string): LoggiaError {
  return new LoggiaError('malformed', 'malformed_request', message)
}

const STATS = ['session_count', 'victory_count', 'loss_count', 'total_time'] as const

/** What is known of the given statistics; whole numbers from 0 on. */
export function readStats(given: unknown): StatsPatch {
  return pick(membersOf(given), STATS, StatsPatch)
}

/** What is known of a profile: other members are not looked at. */
export function readProfile(members: Record<string, unknown>): UserPatch {
  if ((members['profile_pic'] ?? null) !== null)
    throw invalid([{ pointer: '/profile_pic', detail: 'cannot be set here' }])
  return pick(members, ['username', 'email', 'gender'], UserPatch)
}

export const PASSWORD_LENGTH_MAX = 256

export function readPassword(given: unknown): string {
  if (typeof given === 'string' && given !== '' && given.length <= PASSWORD_LENGTH_MAX) return given
  throw invalid([{ pointer: '/password', detail: `must be text of 1 to ${PASSWORD_LENGTH_MAX} characters` }])
}

function pick<Patch extends object>(
  members: Record<string, unknown>,
  names: readonly string[],
  schema: { properties: object },
): Patch {
  const picked = Object.fromEntries(Object.entries(members).filter(([name]) => names.includes(name)))
  for (const [name, value] of Object.entries(picked)) {
    const of = (schema.properties as Record<string, object>)[name] ?? {}
    if (!fits(of, value)) throw invalid([{ pointer: `/${name}`, detail: 'is not valid' }])
  }
  return picked as Patch
}
