import { createRequire } from 'node:module'
import type { Ajv, ValidateFunction } from 'ajv'
import type {
  FastifySchemaCompiler,
  FastifySchemaValidationError,
  FastifySerializerCompiler,
  FastifyServerOptions,
} from 'fastify'

const load = createRequire(import.meta.url)

/** Bodies are taken as they are written: a number where text is asked is an error, not a favour. */
const strict = lazily(() => createAjv({ coerceTypes: false }))
/** Addresses have no types, so their text becomes what the schema says. */
const coercing = lazily(() => createAjv({ coerceTypes: true }))

/** Compiled at the first request of a route, not at start: a cold start pays for no schema that nobody uses. */
const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const validator = lazily(
    (): ValidateFunction => (httpPart === 'body' ? strict() : coercing()).compile(schema),
  )
  function validate(data: unknown): boolean {
    const valid = validator()(data)
    validate.errors = validator().errors ?? null
    return valid
  }
  validate.errors = null as FastifySchemaValidationError[] | null
  return validate
}

/** Members that an answer schema does not name do not leave. */
const compileSerializer: FastifySerializerCompiler<object> = ({ schema }) => {
  const serializer = lazily((): ((data: unknown) => string) => load('fast-json-stringify')(schema))
  return (data) => serializer()(data)
}

type SchemaController = NonNullable<FastifyServerOptions['schemaController']>

/** Given at the making of the server, so that Fastify does not load compilers of its own. */
export const schemaController = {
  compilersFactory: { buildValidator: () => compileValidator, buildSerializer: () => compileSerializer },
} as unknown as SchemaController

function createAjv(options: { coerceTypes: boolean }): Ajv {
  const { Ajv } = load('ajv') as typeof import('ajv')
  const ajv = new Ajv({
    ...options,
    useDefaults: true,
    allErrors: true,
    removeAdditional: false,
    strict: false,
  })
  ;(load('ajv-formats') as typeof import('ajv-formats').default)(ajv, ['date', 'email', 'uri'])
  return ajv.addFormat('date-time', isTimestamp)
}

/** RFC 3339 as this machine can also reckon with it: a leap second is not a time to JavaScript. */
function isTimestamp(text: string): boolean {
  const shaped = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/i.test(text)
  return shaped && Number.isFinite(Date.parse(text))
}

function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
