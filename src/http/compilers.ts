import { createRequire } from 'node:module'
import { Readable } from 'node:stream'
import type { Ajv, ValidateFunction } from 'ajv'
import type {
  FastifySchemaCompiler,
  FastifySchemaValidationError,
  FastifySerializerCompiler,
  FastifyServerOptions,
} from 'fastify'

const load = createRequire(import.meta.url)

const checks = new WeakMap<object, ValidateFunction>()

/** For what comes on another way than by a route's schema. */
export function fits(schema: object, value: unknown): boolean {
  const check = checks.get(schema) ?? quick().compile(schema)
  checks.set(schema, check)
  return check(value)
}

/** All that is wrong with a small value. */
export function faultsOf(schema: object, value: unknown): FastifySchemaValidationError[] {
  const check = thoroughChecks.get(schema) ?? thorough().compile(schema)
  thoroughChecks.set(schema, check)
  return check(value) ? [] : (check.errors ?? [])
}

const thoroughChecks = new WeakMap<object, ValidateFunction>()

/** Stops at the first fault: a body of a million faults must not become an answer of a million sentences. */
const quick = lazily(() => createAjv({ allErrors: false }))
const thorough = lazily(() => createAjv({ allErrors: true }))

/** A body of no more members than this is told everything that is wrong with it. */
const MEMBERS_MAX = 500

/** Compiled at the first request of a route, not at start: a cold start pays for no schema that nobody uses. */
const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const toTypes = httpPart === 'body' ? () => {} : createTyping(schema)
  const quickly = lazily((): ValidateFunction => quick().compile(schema))
  const thoroughly = lazily((): ValidateFunction => thorough().compile(schema))
  function validate(data: unknown): boolean {
    // A body that is still coming is checked by whoever reads it.
    if (data instanceof Readable) return true
    toTypes(data as Record<string, unknown>)
    if (quickly()(data)) return true
    const told = isSmall(data) ? thoroughly() : quickly()
    told(data)
    validate.errors = told.errors ?? null
    return false
  }
  validate.errors = null as FastifySchemaValidationError[] | null
  return validate
}

/**
 * Addresses have no types, so their text becomes what the schema says; in bodies a number where text is asked is an error,
 * not a favour. Each value has one spelling: what JavaScript would also take for a number (`0x1f`, `1e3`) is not one.
 */
function createTyping(schema: object): (members: Record<string, unknown>) => void {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> }
  const typed = Object.entries(properties).filter(([, { type }]) => String(type) in SPELLINGS)
  return (members) => {
    for (const [name, { type }] of typed) {
      const text = members[name]
      if (typeof text === 'string' && SPELLINGS[String(type)]?.test(text)) members[name] = JSON.parse(text)
    }
  }
}

const SPELLINGS: Record<string, RegExp> = {
  integer: /^(0|-?[1-9]\d*)$/,
  number: /^-?(0|[1-9]\d*)(\.\d+)?$/,
  boolean: /^(true|false)$/,
}

function isSmall(data: unknown): boolean {
  const unseen = [data]
  for (let seen = 0; unseen.length > 0; seen += 1) {
    const value = unseen.pop()
    if (value === null || typeof value !== 'object') continue
    const members = Object.values(value)
    if (seen + unseen.length + members.length > MEMBERS_MAX) return false
    unseen.push(...members)
  }
  return true
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

function createAjv(options: { allErrors: boolean }): Ajv {
  const { Ajv } = load('ajv') as typeof import('ajv')
  const ajv = new Ajv({
    ...options,
    useDefaults: true,
    strictNumbers: true,
    removeAdditional: false,
    strict: false,
  })
  ;(load('ajv-formats') as typeof import('ajv-formats').default)(ajv, ['date', 'email', 'uri'])
  return ajv.addFormat('date-time', isTimestamp)
}

/**
 * RFC 3339 as this machine can also reckon with it: a leap second is no time to JavaScript, and what it would take for another
 * (the 30th of February, 24:00, a year of five digits once it is UTC) was not meant.
 */
function isTimestamp(text: string): boolean {
  const [, date] = TIMESTAMP.exec(text) ?? []
  const time = Date.parse(text)
  if (date === undefined || Number.isNaN(time)) return false
  const asWritten = new Date(Date.parse(`${date}T00:00:00Z`)).toISOString()
  return asWritten.startsWith(date) && /^\d{4}-/.test(new Date(time).toISOString())
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i

function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
