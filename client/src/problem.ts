import type { ProblemDocument } from './api.ts'

/** A refusal of the server, RFC 9457. Decide by `code`, show `message` to people. */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  /** Stable. Of an answer that is not Loggia's, as of a proxy: `http_` and the status. */
  readonly code: string
  /** What is wrong where, by JSON pointers into the body, or by `?` and the name of a query parameter. */
  readonly errors: NonNullable<ProblemDocument['errors']>
  /** For whoever reads the server's log. */
  readonly requestId: string | null
  /** How long the server wants to be left alone; null when it did not say. */
  readonly retryAfterMs: number | null

  constructor(document: Partial<ProblemDocument> & { status: number }, retryAfterMs: number | null = null) {
    super(document.detail ?? `The answer was a ${document.status}.`)
    this.status = document.status
    this.code = document.code ?? `http_${document.status}`
    this.errors = document.errors ?? []
    this.requestId = document.request_id ?? null
    this.retryAfterMs = retryAfterMs
  }
}

/** Reads an answer that is no success. */
export async function problemOf(answer: Response): Promise<Problem> {
  const { status, headers } = answer
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') ?? false
  const document = isProblem ? ((await answer.json()) as ProblemDocument) : {}
  if (!isProblem) await answer.body?.cancel()
  return new Problem({ ...document, status }, retryAfterMsOf(headers.get('retry-after')))
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterMsOf(value: string | null): number | null {
  if (value === null) return null
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return Number.isNaN(ms) ? null : Math.max(0, ms)
}
