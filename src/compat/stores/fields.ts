import { type FieldError, invalid } from '../../kit/errors.ts'

/** The value, or the sentence that says what is wrong with it. */
export type Field<Value> = (given: unknown) => { value: Value } | { fault: string }

type ValuesOf<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends Field<infer Value> ? Value : never
}

/** Reads the members of a body, in the sentences of marshmallow; throws all that is wrong at once. */
export function readFields<Fields extends Record<string, Field<unknown>>>(
  body: unknown,
  fields: Fields,
): ValuesOf<Fields> {
  if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body)))
    throw invalid([{ pointer: '', detail: 'Invalid input type.' }])
  const given = (body ?? {}) as Record<string, unknown>
  const errors: FieldError[] = []
  for (const name of Object.keys(given))
    if (!Object.hasOwn(fields, name)) errors.push({ pointer: `/${name}`, detail: 'Unknown field.' })
  const values: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(fields)) {
    const outcome = read(given[name])
    if ('fault' in outcome) errors.push({ pointer: `/${name}`, detail: outcome.fault })
    else values[name] = outcome.value
  }
  if (errors.length > 0) throw invalid(errors)
  return values as ValuesOf<Fields>
}

export function required<Value>(read: Field<Value>): Field<Value> {
  return (given) => (given === undefined ? { fault: 'Missing data for required field.' } : read(given))
}

export function optional<Value>(read: Field<Value>): Field<Value | undefined> {
  return (given) => (given === undefined ? { value: undefined } : read(given))
}

/** `accepts` refuses what the rooms would not take, in their words for it. */
export function text(accepts: (value: string) => boolean, refusal: string): Field<string> {
  return (given) => {
    if (given === null) return { fault: 'Field may not be null.' }
    if (typeof given !== 'string') return { fault: 'Not a valid string.' }
    return accepts(given) ? { value: given } : { fault: refusal }
  }
}

export const integer: Field<number> = (given) => {
  if (given === null) return { fault: 'Field may not be null.' }
  const value = typeof given === 'string' && DECIMAL.test(given) ? Number(given) : given
  return Number.isSafeInteger(value) ? { value: value as number } : { fault: 'Not a valid integer.' }
}

/** As its digits: what is done with it decides how many of them it may have. */
export const price: Field<number> = (given) => {
  if (given === null) return { fault: 'Field may not be null.' }
  if (typeof given === 'string' && UNBOUNDED.test(given)) return { fault: NOT_FINITE }
  const value = typeof given === 'string' && DECIMAL.test(given) ? Number(given) : given
  if (typeof value !== 'number') return { fault: 'Not a valid number.' }
  if (!Number.isFinite(value)) return { fault: NOT_FINITE }
  return value < 0 ? { fault: 'Must be greater than or equal to 0.' } : { value }
}

/** Numbers as text, as Python reads them. */
const DECIMAL = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i
const UNBOUNDED = /^\s*[+-]?(nan|inf|infinity)\s*$/i
const NOT_FINITE = 'Special numeric values (nan or infinity) are not permitted.'
