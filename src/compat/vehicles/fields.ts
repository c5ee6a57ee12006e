import { fits } from '../../http/compilers.ts'
import { Email } from '../../http/schemas.ts'
import { type FieldError, invalid } from '../../kit/errors.ts'

/** The sentence that says what is wrong with a text; null when it is good. */
export type TextCheck = (text: string) => string | null

/** Reads required texts, in the sentences of pydantic; throws all that is wrong at once. */
export function readTexts<Name extends string>(
  body: unknown,
  checks: Record<Name, TextCheck>,
): Record<Name, string> {
  if (body === undefined) throw invalid([{ pointer: '', detail: 'field required' }])
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid([{ pointer: '', detail: 'value is not a valid dict' }])
  const values = {} as Record<Name, string>
  const errors: FieldError[] = []
  for (const [name, check] of Object.entries(checks) as [Name, TextCheck][]) {
    const given = (body as Record<string, unknown>)[name]
    const fault = faultOf(given, check)
    if (fault === null) values[name] = String(given)
    else errors.push({ pointer: `/${name}`, detail: fault })
  }
  if (errors.length > 0) throw invalid(errors)
  return values
}

function faultOf(given: unknown, check: TextCheck): string | null {
  if (given === undefined) return 'field required'
  if (given === null) return 'none is not an allowed value'
  if (typeof given !== 'string' && typeof given !== 'number') return 'str type expected'
  return check(String(given))
}

export const anyText: TextCheck = () => null

export const email: TextCheck = (text) => (fits(Email, text) ? null : 'value is not a valid email address')

/** `refusal`: what is said of a text that the schema does not take. */
export function textOf(schema: object, refusal: string): TextCheck {
  return (text) => (fits(schema, text) ? null : refusal)
}

const LIMIT_MAX = 1000
const SKIP_MAX = 1_000_000

/** `?skip=&limit=`: whole numbers, the second one bounded. */
export function readWindow(query: unknown): { skip: number; limit: number } {
  const { skip = '0', limit = '100' } = query as Record<string, string>
  const errors = [
    ...faultsOfNumber('skip', skip, { min: 0, max: SKIP_MAX }),
    ...faultsOfNumber('limit', limit, { min: 1, max: LIMIT_MAX }),
  ]
  if (errors.length > 0) throw invalid(errors)
  return { skip: Number(skip), limit: Number(limit) }
}

function faultsOfNumber(
  name: string,
  text: string,
  { min, max }: { min: number; max: number },
): FieldError[] {
  const pointer = `?${name}`
  if (!/^[+-]?\d{1,15}$/.test(text)) return [{ pointer, detail: 'value is not a valid integer' }]
  if (Number(text) < min) return [{ pointer, detail: `ensure this value is greater than or equal to ${min}` }]
  return Number(text) > max ? [{ pointer, detail: `ensure this value is less than or equal to ${max}` }] : []
}
