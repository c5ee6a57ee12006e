import type { RouteOptions } from 'fastify'
import type { Step, Walk } from '../examples/compat/index.ts'
import { describeRoutes } from '../src/http/openapi.ts'

interface Operation {
  requestBody?: object
  responses: Record<string, object>
  parameters: object[]
  [member: string]: unknown
}

/** The OpenAPI document of one published API: its routes as they stand, with the requests and refusals of its walk for examples. */
export function foreignOpenapi(
  { title, prefix, steps }: Walk,
  routes: RouteOptions[],
  version: string,
): object {
  const description = 'What differs from the original, and why: docs/compat.md.'
  const own = routes.filter(({ url }) => url.startsWith(`${prefix}/`)).flatMap(byMethod)
  const { paths, ...document } = describeRoutes(own, { title, version, description })
  return {
    ...document,
    servers: [{ url: prefix }],
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, operations]) => {
        const of = path.slice(prefix.length)
        return [of, withExamples(of, operations as Record<string, Operation>, steps)]
      }),
    ),
    components: { securitySchemes: document.components.securitySchemes },
  }
}

function byMethod(route: RouteOptions): RouteOptions[] {
  return [route.method].flat().map((method) => ({ ...route, method }))
}

function withExamples(path: string, operations: Record<string, Operation>, steps: Step[]): object {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => {
      const own = steps.filter((step) => step.method.toLowerCase() === method && leadsTo(path, step.path))
      const sent = own.find(({ json, form }) => json !== undefined || form !== undefined)
      const { default: _problem, ...answers } = operation.responses
      return [
        method,
        {
          ...operation,
          parameters: [...pathParameters(path), ...operation.parameters],
          ...(sent ? { requestBody: bodyLike(sent) } : {}),
          responses: { ...refusals(own), ...answers, ...(own.length === 0 && isEmpty(answers) ? ANY : {}) },
        },
      ]
    }),
  )
}

const ANY = { 200: { description: 'Success.' } }

function isEmpty(members: object): boolean {
  return Object.keys(members).length === 0
}

/** `{{self}}/stats` is a path below the users. */
function leadsTo(path: string, asked: string): boolean {
  const pattern = path.replace(/\{\w+\}/g, '[^/]+')
  const plain = asked
    .replace('{{self}}', '/users/1')
    .replace(/\{\{\w+\}\}/g, '1')
    .replace(/\?.*/, '')
  return new RegExp(`^${pattern}$`).test(plain) && (path.includes('{') || plain === path)
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'integer' },
  }))
}

function bodyLike({ json, form }: Step): object {
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const example = form ?? json
  return { content: { [type]: { schema: schemaLike(example), example } } }
}

/** The shape that an example has. */
function schemaLike(example: unknown): object {
  if (Array.isArray(example))
    return { type: 'array', ...(example.length > 0 ? { items: schemaLike(example[0]) } : {}) }
  if (example === null) return {}
  if (typeof example !== 'object') return { type: typeof example }
  const properties = Object.entries(example).map(([name, value]) => [name, schemaLike(value)])
  return { type: 'object', properties: Object.fromEntries(properties) }
}

function refusals(steps: Step[]): Record<string, object> {
  return Object.fromEntries(
    steps.map(({ name, status, answer }) => [
      status,
      {
        description: name,
        ...(answer === undefined
          ? {}
          : { content: { 'application/json': { schema: schemaLike(answer), example: answer } } }),
      },
    ]),
  )
}
