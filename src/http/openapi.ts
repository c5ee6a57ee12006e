import type { RouteOptions } from 'fastify'
import type { AccessWord } from './access.ts'

interface RouteSchema {
  summary?: string
  description?: string
  tags?: string[]
  params?: ObjectSchema
  querystring?: ObjectSchema
  headers?: ObjectSchema
  body?: object
  /** For bodies that are not JSON, which no schema checks. */
  consumes?: string[]
  response?: Record<string, { description?: string }>
  /** What the body may also be, by its type, in words. */
  alsoConsumes?: Record<string, string>
  /** For answers that are not JSON. */
  produces?: string[]
}

interface ObjectSchema {
  properties: Record<string, { description?: string }>
  required?: string[]
}

declare module 'fastify' {
  interface FastifySchema {
    summary?: string
    description?: string
    tags?: string[]
    consumes?: string[]
    /** Beside JSON: other types of body, each in words. */
    alsoConsumes?: Record<string, string>
    produces?: string[]
  }
  interface FastifyContextConfig {
    /** Pages and files for people: no part of the API. */
    undocumented?: true
  }
}

/** The OpenAPI 3.1 document of the routes as they stand; their schemas are JSON Schema 2020-12 already. */
export function describeRoutes(
  routes: RouteOptions[],
  info: { title: string; version: string; description: string },
) {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    if (route.method === 'HEAD' || route.config?.undocumented) continue
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [String(route.method).toLowerCase()]: describe(route) }
  }
  return {
    openapi: '3.1.0',
    info: { ...info, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: {
      schemas: { Problem: PROBLEM },
      responses: { Problem: PROBLEM_RESPONSE },
      securitySchemes: SECURITY_SCHEMES,
    },
  }
}

function describe(route: RouteOptions): object {
  const schema = (route.schema ?? {}) as RouteSchema
  const access = [route.config?.access ?? 'public'].flat()
  const { summary, description } = schema
  return {
    operationId: operationIdOf(route),
    ...(summary ? { summary } : {}),
    description: [description, accessSentence(access)].filter(Boolean).join(' '),
    tags: schema.tags ?? [route.config?.arch ?? 'ops'],
    security: access.includes('public') ? [] : [{ token: [] }],
    parameters: [
      ...parametersIn('path', schema.params),
      ...parametersIn('query', schema.querystring),
      ...headersFor(route),
    ],
    ...bodyOf(schema),
    responses: { ...answersOf(schema), default: { $ref: '#/components/responses/Problem' } },
  }
}

/** `GET /api/v1/tasks/:id` -> `getTasksId`: stable as long as the address is. */
function operationIdOf({ method, url }: RouteOptions): string {
  const words = url
    .replace('/api/v1', '')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
  return String(method).toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('')
}

function accessSentence(words: AccessWord[]): string {
  const sentences: Record<string, string> = {
    public: 'Needs no token.',
    user: 'Needs a token.',
    fresh: 'Needs a fresh token: one from a sign-in, not from a refresh.',
    admin: "Needs an administrator's token.",
  }
  const keys = words
    .filter((word) => word.startsWith('key:'))
    .map((word) => `\`${word.slice('key:'.length)}\``)
  const people = words.flatMap((word) => sentences[word] ?? [])
  return [
    ...people,
    ...(keys.length > 0 ? [`Takes an API key with the scope ${keys.join(' or ')}.`] : []),
  ].join(' ')
}

function parametersIn(place: 'path' | 'query', schema: ObjectSchema | undefined): object[] {
  return Object.entries(schema?.properties ?? {}).map(([name, member]) => ({
    name,
    in: place,
    required: place === 'path' || ((schema?.required ?? []).includes(name) && !('default' in member)),
    ...(member.description ? { description: member.description } : {}),
    schema: member,
  }))
}

function headersFor({ method, config }: RouteOptions): object[] {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  })
  const changes = ['POST', 'PUT', 'PATCH', 'DELETE'].includes(String(method))
  return changes && config?.idempotent !== false
    ? [header('Idempotency-Key', 'A repeat with the same key and body is answered as the first was.')]
    : []
}

function bodyOf({ body, consumes, alsoConsumes = {} }: RouteSchema): object {
  const types = consumes ?? (body ? ['application/json'] : [])
  if (types.length === 0) return {}
  const schema = body ?? { type: 'string', format: 'binary' }
  const others = Object.entries(alsoConsumes).map(([type, description]) => {
    return [type, { schema: { type: 'string', description } }]
  })
  const content = { ...contentOf(schema, types), ...Object.fromEntries(others) }
  return { requestBody: { required: true, content } }
}

function answersOf({ response = {}, produces = ['application/json'] }: RouteSchema): object {
  return Object.fromEntries(
    Object.entries(response).map(([status, schema]) => {
      const description = schema.description ?? 'Success.'
      if (status === '204') return [status, { description: 'Done.' }]
      return [status, { description, content: contentOf(schema, produces) }]
    }),
  )
}

function contentOf(schema: object, types: string[]): object {
  return Object.fromEntries(types.map((type) => [type, { schema }]))
}

const PROBLEM = {
  type: 'object',
  description: 'RFC 9457.',
  required: ['type', 'title', 'status', 'code', 'detail', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; what a program decides by.' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
    },
    request_id: { type: 'string' },
  },
}

const PROBLEM_RESPONSE = {
  description: 'The request was refused, or could not be carried out.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const SECURITY_SCHEMES = {
  token: {
    type: 'http',
    scheme: 'bearer',
    description: 'An access token, or an API key that begins with `lgk_`.',
  },
}
