import type { ErrorObject } from 'ajv'
import { Body, Email, Nullable, Username } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'
import { isKnownHash } from './passwords.ts'
import { NewPassword } from './schemas.ts'

const Chosen = Body({ username: Username, email: Nullable(Email), password: Type.Optional(NewPassword) })

/** Holds those who do not come by HTTP to the rules that its schemas state. Throws a sentence that names each fault. */
export async function assertAcceptable(newcomer: {
  username: unknown
  email: unknown
  password?: unknown
}): Promise<void> {
  const { Ajv } = await import('ajv')
  const ajv = new Ajv({ allErrors: true, strict: false })
  const addFormats = (await import('ajv-formats')).default.default
  addFormats(ajv, ['email'])
  const check = ajv.compile(Chosen)
  const { username, email, password } = newcomer
  if (check({ username, email, ...(password === undefined ? {} : { password }) })) return
  const members = new Set((check.errors ?? []).map((fault) => memberOf(fault)))
  const faults = [...members].map((member) => {
    const reasons = (check.errors ?? []).filter((fault) => memberOf(fault) === member)
    return `"${member}" ${sentenceFor(reasons)}`
  })
  throw new Error(`${faults.join('; ')}.`)
}

function memberOf({ instancePath, params }: ErrorObject): string {
  return instancePath === '' ? String(params['missingProperty']) : instancePath.slice(1)
}

/** What is wrong with text is worth more than that it is also not `null`. */
function sentenceFor(reasons: ErrorObject[]): string {
  const telling = reasons.find(({ keyword }) => !['anyOf', 'type', 'required'].includes(keyword))
  if (telling === undefined) return 'must be text'
  return telling.keyword === 'pattern'
    ? 'has characters that are not allowed in a name'
    : String(telling.message)
}

/** Somebody of another system, with the hash that it kept. Throws a sentence for what cannot be taken. */
export async function readImport(record: unknown) {
  const { username, email, password_hash } = Object(record) as Record<string, unknown>
  const newcomer = { username, email: email === undefined || email === '' ? null : email }
  await assertAcceptable(newcomer)
  if (typeof password_hash !== 'string' || !isKnownHash(password_hash)) {
    throw new Error('"password_hash" must be an argon2, bcrypt or PBKDF2 hash.')
  }
  return { ...(newcomer as { username: string; email: string | null }), password_hash }
}
