import type { Operations, ProblemDocument } from '../../../client/src/api.ts'

export type Operation = keyof Operations
export type Answer<Name extends Operation> = Operations[Name]['answer']
/** What an operation takes: `params`, `query` and `body`, as far as it has them. */
export type Input<Name extends Operation> = Omit<Operations[Name], 'answer'>

/** An operation and what it is sent: enough to call it, to show it as a command, and to tell it from another. */
export interface ApiRequest<Name extends Operation = Operation> {
  operation: Name
  input: Input<Name>
}

export interface Parts {
  params?: Record<string, string | number>
  query?: Record<string, unknown>
  body?: unknown
}

export function ask<Name extends Operation>(operation: Name, input: Input<Name>): ApiRequest<Name> {
  return { operation, input }
}

/** What the API refused, in the words of its problem document; status 0: the server was not reached. */
export class ApiError extends Error {
  override name = 'ApiError'
  readonly status: number
  readonly code: string
  readonly errors: { pointer?: string; detail?: string }[]
  readonly requestId: string | undefined

  constructor(status: number, problem: Partial<ProblemDocument>) {
    super(problem.detail ?? problem.title ?? `HTTP ${status}`)
    this.status = status
    this.code = problem.code ?? ''
    this.errors = (problem.errors ?? []) as { pointer?: string; detail?: string }[]
    this.requestId = problem.request_id
  }

  /** Another try may go well: the fault or the limit is not in the request itself. */
  get passes(): boolean {
    return this.status >= 500 || this.status === 429 || this.status === 408 || this.status === 0
  }
}

/** One request. Throws `ApiError`. */
export async function send<Name extends Operation>(
  request: ApiRequest<Name>,
  token: string | null,
  idempotencyKey: string | null = null,
): Promise<Answer<Name>> {
  const { method, path, body } = addressOf(request)
  const headers: Record<string, string> = { accept: 'application/json, */*;q=0.5' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (token !== null) headers['authorization'] = `Bearer ${token}`
  if (idempotencyKey !== null) headers['idempotency-key'] = idempotencyKey
  const response = await reach(path, { method, headers, ...(body === undefined ? {} : { body }) })
  if (!response.ok) throw new ApiError(response.status, await problemOf(response))
  return (await contentOf(response)) as Answer<Name>
}

/** Method, address and body as they go over the wire. */
export function addressOf(request: ApiRequest): { method: string; path: string; body?: string } {
  const [method = 'GET', pattern = '/'] = request.operation.split(' ')
  const { params = {}, query = {}, body } = request.input as Parts
  const path = pattern.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  const address = { method, path: search === '' ? path : `${path}?${search}` }
  return body === undefined ? address : { ...address, body: JSON.stringify(body) }
}

async function reach(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, options)
  } catch {
    throw new ApiError(0, {})
  }
}

async function problemOf(response: Response): Promise<Partial<ProblemDocument>> {
  return response.json().catch(() => ({}))
}

async function contentOf(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status === 204) return undefined
  if (type.includes('json')) return response.json()
  return type.startsWith('text/') ? response.text() : response.blob()
}
