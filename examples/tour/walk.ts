import { STATUS_CODES } from 'node:http'

export interface Step {
  token?: string
  body?: unknown
  headers?: Record<string, string>
  /** The statuses that the tour goes on with. */
  expect?: number[]
}

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the tour reads a few members of many shapes
  body: any
}

/** Sends one request and prints it with its answer; an answer that was not expected ends the tour. */
export function createWalk(address: string) {
  return async function walk(method: string, path: string, step: Step = {}): Promise<Answer> {
    const { token, body, headers = {}, expect = [200, 201, 202, 204] } = step
    const sent = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    }
    console.log(`\n${method} ${path}`)
    for (const [name, value] of Object.entries(headers)) console.log(`${name}: ${value}`)
    if (body !== undefined) console.log(indented(body))
    const response = await fetch(address + path, {
      method,
      headers: sent,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = { status: response.status, headers: response.headers, body: await contentOf(response) }
    print(answer)
    if (!expect.includes(answer.status)) throw new Error(`${method} ${path} was answered ${answer.status}.`)
    return answer
  }
}

const SHOWN_HEADERS = ['location', 'etag', 'idempotency-replayed']

async function contentOf(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  if (type === 'application/pdf') return new Uint8Array(await response.arrayBuffer())
  const text = await response.text()
  return /\bjson\b/.test(type) && text !== '' ? JSON.parse(text) : text
}

function print({ status, headers, body }: Answer): void {
  console.log(`-> ${status} ${STATUS_CODES[status] ?? ''}`)
  for (const name of SHOWN_HEADERS) if (headers.has(name)) console.log(`   ${name}: ${headers.get(name)}`)
  if (body instanceof Uint8Array)
    console.log(`   ${body.length} bytes that begin with ${Buffer.from(body.subarray(0, 8)).toString()}`)
  else if (body !== '') console.log(indented(body))
}

function indented(value: unknown): string {
  return JSON.stringify(value, shorten, 2).replace(/^/gm, '   ')
}

/** Tokens and whole mails would fill the screen. */
function shorten(name: string, value: unknown): unknown {
  const long = typeof value === 'string' && value.length > 60
  if (long && /token|html|text|key/.test(name)) return `${value.slice(0, 24)}... (${value.length} characters)`
  return value
}
