import assert from 'node:assert/strict'
import { STATUS_CODES } from 'node:http'

interface Answered {
  status: number
  headers: { get(name: string): string | null }
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  body: any
}

/** RFC 9457 with all that we promise besides, and nothing of how it came about. */
export function assertProblem(answer: Answered, status: number, code: string): void {
  const { body, headers } = answer
  assert.equal(`${answer.status} ${body.code}`, `${status} ${code}`, JSON.stringify(body))
  assert.match(headers.get('content-type') ?? '', /^application\/problem\+json; charset=utf-8$/)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.equal(body.type, `urn:loggia:problem:${code}`)
  assert.equal(body.title, STATUS_CODES[status])
  assert.equal(body.status, status)
  assert.match(body.detail, /^[A-Z].+\.$/)
  assert.match(body.request_id, /^[\w.:-]{1,100}$/)
  assert.equal(headers.get('x-request-id'), body.request_id)
  const members = ['type', 'title', 'status', 'code', 'detail', 'errors', 'request_id']
  for (const member of Object.keys(body)) assert.ok(members.includes(member), member)
  const text = JSON.stringify(body)
  for (const inside of [/node_modules/, /\bat .+:\d+:\d+/, /\.ts\b/, /sqlite/i, /select /i, /FST_/])
    assert.doesNotMatch(text, inside)
}
