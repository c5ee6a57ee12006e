import type { RouteOptions } from 'fastify'
import type { Step, Walk } from '../examples/compat/index.ts'
import { describeRoutes } from '../src/http/openapi.ts'

interface Operation {
  requestBody?: object
  security: object[]
  responses: Record<string, object>
  parameters: object[]
  [member: string]: unknown
}

/** The OpenAPI document of one published API: its routes as they stand, with the requests and refusals of its walk for examples. */
export function foreignOpenapi(walk: Walk, routes: RouteOptions[], version: string): object {
  const { title, prefix, steps } = walk
  const description = 'What differs from the original, and why: docs/compat.md.'
  const own = routes.filter(({ url }) => url.startsWith(`${prefix}/`)).flatMap(byMethod)
  const { paths, ...document } = describeRoutes(own, { title, version, description })
  const stepsOf = sorterOf(
    Object.keys(paths).map((path) => path.slice(prefix.length)),
    steps,
  )
  const unauthenticated = steps.find((step) => isGuarded(step, paths, walk) && step.status === 401)
  return {
    ...document,
    servers: [{ url: prefix }],
    paths: Object.fromEntries(
      Object.entries(paths).map(([path, operations]) => {
        const of = path.slice(prefix.length)
        const walked = { steps: stepsOf(of), unauthenticated }
        return [of, withExamples(of, operations as Record<string, Operation>, walked)]
      }),
    ),
    components: { securitySchemes: { token: securityScheme(steps) } },
  }
}

function byMethod(route: RouteOptions): RouteOptions[] {
  return [route.method].flat().map((method) => ({ ...route, method }))
}

/** The steps that lead to a path: to the one that is spelled so, before one with a parameter. */
function sorterOf(paths: string[], steps: Step[]): (path: string) => Step[] {
  const byPath = Map.groupBy(steps, ({ path }) => {
    const plain = plainPath(path)
    return paths.find((known) => known === plain) ?? paths.find((known) => leadsTo(known, plain))
  })
  return (path) => byPath.get(path) ?? []
}

interface Walked {
  steps: Step[]
  /** How this API answers to a token that is missing or not good. */
  unauthenticated: Step | undefined
}

function withExamples(
  path: string,
  operations: Record<string, Operation>,
  { steps, unauthenticated }: Walked,
): object {
  return Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => {
      const own = steps.filter((step) => step.method.toLowerCase() === method)
      const good = own.find(({ status }) => status < 300)
      const isGuarded = good?.authorization !== undefined || operation.security.length > 0
      const { default: _problem, ...answers } = operation.responses
      return [
        method,
        {
          ...operation,
          ...(good ? { summary: good.name } : {}),
          security: isGuarded ? [{ token: [] }] : [],
          parameters: [...pathParameters(path), ...queryParameters(own), ...operation.parameters],
          ...bodyLike(own),
          responses: {
            ...(isGuarded && unauthenticated ? refusals([unauthenticated]) : {}),
            ...refusals(own),
            ...answers,
          },
        },
      ]
    }),
  )
}

/** By its walk: the step asks, with no token or a bad one, for what needs one. */
function isGuarded({ method, path }: Step, paths: Record<string, object>, { prefix }: Walk): boolean {
  const operations = paths[`${prefix}${plainPath(path)}`] as Record<string, Operation> | undefined
  return (operations?.[method.toLowerCase()]?.security.length ?? 0) > 0
}

/** The word in the header is the API's own; only one of the two is a scheme that OpenAPI knows. */
function securityScheme(steps: Step[]): object {
  const isBearer = steps.every(({ authorization = 'Bearer' }) => authorization.startsWith('Bearer'))
  return isBearer
    ? { type: 'http', scheme: 'bearer', description: 'What signing in gave.' }
    : { type: 'apiKey', in: 'header', name: 'Authorization', description: '`Token <access>`' }
}

/** `{{self}}/stats` is a path below the users. */
function plainPath(asked: string): string {
  return asked
    .replace('{{self}}', '/users/1')
    .replace(/\{\{\w+\}\}/g, '1')
    .replace(/\?.*/, '')
}

function leadsTo(path: string, plain: string): boolean {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`).test(plain)
}

function pathParameters(path: string): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'integer' },
  }))
}

function queryParameters(steps: Step[]): object[] {
  const asked = steps.flatMap(({ path, status }) => (status < 300 ? path.split('?').slice(1) : []))
  const example = new Map(asked.flatMap((query) => [...new URLSearchParams(query)]))
  return [...example].map(([name, value]) => ({
    name,
    in: 'query',
    required: false,
    schema: /^\d+$/.test(value) ? { type: 'integer', minimum: 0 } : { type: 'string' },
  }))
}

function bodyLike(steps: Step[]): object {
  const sent = steps.find(({ json, form }) => json !== undefined || form !== undefined)
  if (sent === undefined) return {}
  const { json, form } = sent
  const type = form ? 'application/x-www-form-urlencoded' : 'application/json'
  const example = form ?? json
  return { requestBody: { content: { [type]: { schema: schemaLike(example), example } } } }
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
