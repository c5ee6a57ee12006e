/** What a call may say beside what its operation takes. */
export interface Extras {
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
  /** Of a write. Unset: a new one, so that a repeat after a lost answer changes nothing twice. `null`: none, and no repeats. */
  idempotencyKey?: string | null | undefined
}

/** The parts of a call, whatever its operation. */
export interface Input extends Extras {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

export interface PreparedRequest {
  path: string
  init: { method: string; headers: Record<string, string>; body?: string; signal: AbortSignal | null }
  /** Sent twice, it is carried out once. */
  repeatable: boolean
}

/** `operation` is a method and a path: `GET /api/v1/tasks/{id}`. Throws when the path needs a parameter that is not given. */
export function prepare(operation: string, input: Input): PreparedRequest {
  const [method = '', template = ''] = operation.split(' ')
  const { body, signal } = input
  const isSafe = method === 'GET'
  const key = isSafe ? null : input.idempotencyKey === undefined ? crypto.randomUUID() : input.idempotencyKey
  return {
    path: pathOf(template, input.params ?? {}) + searchOf(input.query ?? {}),
    init: {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === null ? {} : { 'idempotency-key': key }),
        ...input.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ?? null,
    },
    repeatable: isSafe || key !== null,
  }
}

function pathOf(template: string, params: Record<string, unknown>): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (params[name] === undefined) throw new Error(`${template} needs "${name}".`)
    return encodeURIComponent(String(params[name]))
  })
}

function searchOf(query: Record<string, unknown>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
