import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import fastJsonStringify from 'fast-json-stringify'
import type { FastifySchemaCompiler, FastifySchemaValidationError, FastifySerializerCompiler } from 'fastify'

/** Bodies are taken as they are written: a number where text is asked is an error, not a favour. */
const strict = createAjv({ coerceTypes: false })
/** Addresses have no types, so their text becomes what the schema says. */
const coercing = createAjv({ coerceTypes: true })

function createAjv(options: { coerceTypes: boolean }): Ajv {
  const ajv = new Ajv({
    ...options,
    useDefaults: true,
    allErrors: true,
    removeAdditional: false,
    strict: false,
  })
  addFormats.default(ajv, ['date-time', 'date', 'email', 'uri'])
  ajv.addFormat('date-time', isTimestamp)
  return ajv
}

/** RFC 3339 as this machine can also reckon with it: a leap second is not a time to JavaScript. */
function isTimestamp(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(text) &&
    Number.isFinite(Date.parse(text))
  )
}

/** Compiled at the first request of a route, not at start: a cold start pays for no schema that nobody uses. */
export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const ajv = httpPart === 'body' ? strict : coercing
  let validate: ValidateFunction | undefined
  function validateLazily(data: unknown): boolean {
    validate ??= ajv.compile(schema)
    const valid = validate(data)
    validateLazily.errors = validate.errors ?? null
    return valid
  }
  validateLazily.errors = null as FastifySchemaValidationError[] | null
  return validateLazily
}

/** Members that an answer schema does not name do not leave. */
export const compileSerializer: FastifySerializerCompiler<object> = ({ schema }) => {
  let serialize: ((data: unknown) => string) | undefined
  return (data) => {
    serialize ??= fastJsonStringify(schema)
    return serialize(data)
  }
}
