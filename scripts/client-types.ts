/** What our documents use of JSON Schema 2020-12, as far as it makes a type. */
interface Schema {
  type?: string | string[]
  description?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  properties?: Record<string, Schema>
  additionalProperties?: boolean | Schema
  required?: string[]
  default?: unknown
}

interface Operation {
  summary?: string
  parameters: { name: string; in: string; required: boolean; description?: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
}

interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: { Problem: Schema } }
}

/** In what is sent, a member with a default may be left out; in what is answered it is always there. */
type Direction = 'sent' | 'answered'

const HEAD = `// Generated from openapi.json by scripts/client-types.ts: "npm run generate" writes it anew.

/** Every operation by its method and path: what it takes, and what it answers when it succeeds. */
export interface Operations {
`

/** The TypeScript of the types of an API: \`Operations\`, by method and path, and \`ProblemDocument\`. */
export function clientTypes(document: object): string {
  const { paths, components } = document as ApiDocument
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const name = `'${method.toUpperCase()} ${path}'`
      return `${comment(operation.summary, 1)}  ${name}: ${operationType(operation)}\n`
    }),
  )
  const problem = typeOf(components.schemas.Problem, 'answered', 0)
  return `${HEAD}${operations.join('')}}\n\n/** RFC 9457. */\nexport type ProblemDocument = ${problem}\n`
}

function operationType({ parameters, requestBody, responses }: Operation): string {
  const body = requestBody?.content['application/json']?.schema
  const members = [
    ...parametersType('params', parameters, 'path'),
    ...parametersType('query', parameters, 'query'),
    ...(body ? [`    body: ${typeOf(body, 'sent', 2)}`] : []),
    `    answer: ${answerType(responses)}`,
  ]
  return `{\n${members.join('\n')}\n  }`
}

function parametersType(member: string, parameters: Operation['parameters'], place: string): string[] {
  const named = parameters.filter((parameter) => parameter.in === place)
  if (named.length === 0) return []
  const schema = {
    type: 'object',
    properties: Object.fromEntries(named.map(({ name, schema }) => [name, schema])),
    required: named.filter(({ required }) => required).map(({ name }) => name),
  }
  return [`    ${member}${schema.required.length > 0 ? '' : '?'}: ${typeOf(schema, 'sent', 2)}`]
}

/** Of the answers of success; one without content is `undefined`, one that is neither JSON nor text a Blob. */
function answerType(responses: Operation['responses']): string {
  const contents = Object.entries(responses)
    .filter(([status]) => status.startsWith('2'))
    .flatMap(([, { content = {} }]) => {
      const types = Object.entries(content)
      return types.length === 0 ? ['undefined'] : types.map(([type, { schema }]) => contentType(type, schema))
    })
  return union(contents)
}

function contentType(mediaType: string, schema: Schema): string {
  if (mediaType.startsWith('text/')) return 'string'
  return mediaType === 'application/json' ? typeOf(schema, 'answered', 2) : 'Blob'
}

function typeOf(schema: Schema, direction: Direction, depth: number): string {
  if ('const' in schema) return literal(schema.const)
  if (schema.enum) return union(schema.enum.map(literal))
  if (schema.anyOf) return union(schema.anyOf.map((member) => typeOf(member, direction, depth)))
  if (schema.type === undefined) return 'unknown'
  return union([schema.type].flat().map((type) => typeNamed(type, schema, { direction, depth })))
}

function typeNamed(
  type: string,
  schema: Schema,
  { direction, depth }: { direction: Direction; depth: number },
): string {
  if (type === 'object') return objectType(schema, direction, depth)
  if (type === 'array') return listOf(typeOf(schema.items ?? {}, direction, depth))
  return type === 'integer' ? 'number' : type
}

function objectType(schema: Schema, direction: Direction, depth: number): string {
  const { properties, additionalProperties, required = [] } = schema
  if (properties === undefined) {
    const member = typeof additionalProperties === 'object' ? additionalProperties : {}
    return `Record<string, ${typeOf(member, direction, depth)}>`
  }
  const members = Object.entries(properties).map(([name, member]) => {
    const needed = required.includes(name) && !(direction === 'sent' && 'default' in member)
    const type = typeOf(member, direction, depth + 1)
    const colon = needed ? ':' : '?:'
    const orUndefined = needed || type === 'unknown' ? '' : ' | undefined'
    return `${comment(member.description, depth + 1)}${indent(depth + 1)}${key(name)}${colon} ${type}${orUndefined}\n`
  })
  return members.length === 0 ? 'Record<string, never>' : `{\n${members.join('')}${indent(depth)}}`
}

const literal = (value: unknown) =>
  typeof value === 'string' ? `'${value.replace(/[\\']/g, '\\$&')}'` : JSON.stringify(value)
const union = (types: string[]) => [...new Set(types)].join(' | ')
const listOf = (type: string) => (/^\w+$/.test(type) ? `${type}[]` : `Array<${type}>`)
const key = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name))
const indent = (depth: number) => '  '.repeat(depth)
const comment = (text: string | undefined, depth: number) =>
  text === undefined ? '' : `${indent(depth)}/** ${text.replaceAll('*/', '*\\/')} */\n`
