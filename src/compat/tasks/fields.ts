import { type FieldError, invalid } from '../../kit/errors.ts'

/** The faults of one value, in the framework's sentences; nothing when it is good. */
export type FieldCheck = (value: string) => string[]

interface FieldOptions {
  lengthMax?: number
  /** As it came, spaces at its ends and all. */
  untrimmed?: true
  check?: FieldCheck
}

/** Reads the text members of a body and throws all that is wrong with them at once. */
export function readFields<Name extends string>(
  body: unknown,
  fields: Record<Name, FieldOptions>,
): Record<Name, string> {
  const got = pythonTypeOf(body ?? {})
  if (got !== 'dict')
    throw invalid([{ pointer: '', detail: `Invalid data. Expected a dictionary, but got ${got}.` }])
  const members = Object(body) as Record<string, unknown>
  const values = {} as Record<Name, string>
  const errors: FieldError[] = []
  for (const [name, options] of Object.entries(fields) as [Name, FieldOptions][]) {
    const { value, faults } = readField(members[name], options)
    values[name] = value
    errors.push(...faults.map((detail) => ({ pointer: `/${name}`, detail })))
  }
  if (errors.length > 0) throw invalid(errors)
  return values
}

function pythonTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  if (typeof value === 'boolean') return 'bool'
  return typeof value === 'string' ? 'str' : 'dict'
}

/** Control characters but for line breaks and tabs, and halves of surrogate pairs. */
const UNPRINTABLE = /(?![\n\t])[\p{Cc}\p{Cs}]/u

function readField(given: unknown, { lengthMax, untrimmed, check }: FieldOptions) {
  const fault = (detail: string) => ({ value: '', faults: [detail] })
  if (given === undefined) return fault('This field is required.')
  if (given === null) return fault('This field may not be null.')
  if (typeof given !== 'string' && typeof given !== 'number') return fault('Not a valid string.')
  const value = untrimmed ? String(given) : String(given).trim()
  if (value === '') return fault('This field may not be blank.')
  if (value.includes('\0')) return fault('Null characters are not allowed.')
  if (UNPRINTABLE.test(value)) return fault('Not a valid string.')
  if (lengthMax !== undefined && [...value].length > lengthMax)
    return fault(`Ensure this field has no more than ${lengthMax} characters.`)
  return { value, faults: check?.(value) ?? [] }
}
