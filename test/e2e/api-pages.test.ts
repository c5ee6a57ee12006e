import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import {
  assertShown,
  type Captured,
  type Exchange,
  exchangesOf,
  filledIn,
  parseShown,
} from '../support/api-page.ts'
import { openStream } from '../support/event-stream.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync('docs/api/*.md', { cwd: ROOT, exclude: ['**/README.md'] }).sort()

/** Sent with every request that names no other token. */
const CALLER = 'Bearer {ana}'

suite('the pages of the API', () => {
  for (const page of pages) {
    test(`${basename(page)}: every answer is as shown`, async () => {
      const exchanges = exchangesOf(await readFile(`${ROOT}/${page}`, 'utf8'))
      assert.ok(exchanges.length > 0)
      const loggia = await startLoggia()
      try {
        const captured = await people(loggia)
        for (const exchange of exchanges) await replay(loggia, exchange, captured, page)
      } finally {
        await loggia.close()
      }
    })
  }
})

async function people(loggia: TestLoggia): Promise<Captured> {
  const root = await loggia.registerAdmin('root')
  const ana = await loggia.register('ana', { email: 'ana@example.org' })
  return new Map(Object.entries({ root: root.token, ana: ana.token }))
}

async function replay(loggia: TestLoggia, exchange: Exchange, captured: Captured, page: string) {
  const at = `${page}:${exchange.line}: ${exchange.method} ${exchange.path}`
  // What was asked for before is done when somebody looks.
  await loggia.drain()
  const path = filledIn(exchange.path, captured)
  const headers = Object.fromEntries(
    Object.entries({ authorization: CALLER, ...exchange.headers }).map(([name, value]) => [
      name,
      filledIn(value, captured),
    ]),
  )
  if (headers['accept'] === 'text/event-stream') {
    await replayStream(loggia.address + path, headers, { exchange, captured, at })
    return
  }
  const body = filledIn(exchange.body, captured)
  const json = body === '' ? {} : { body, headers: { 'content-type': 'application/json', ...headers } }
  const answer = await loggia.call(exchange.method, path, { headers, ...json })
  const told = `${at}\n${answer.status} ${JSON.stringify(answer.body)?.slice(0, 2000)}\n`
  assert.equal(answer.status, exchange.answer.status, told)
  assertHeaders(exchange, answer.headers, captured, told)
  const shown = exchange.answer.body
  const isJson = /\bjson\b/.test(answer.headers.get('content-type') ?? '')
  if (isJson && answer.body !== '') assertShown(parseShown(shown), answer.body, captured, told)
  else assertShown(shown, answer.body.replaceAll('\r\n', '\n').trim(), captured, told)
}

/** As many events as are shown, then it hangs up. */
async function replayStream(
  url: string,
  headers: Record<string, string>,
  { exchange, captured, at }: { exchange: Exchange; captured: Captured; at: string },
) {
  const stream = await openStream(url, { headers })
  assert.equal(stream.status, exchange.answer.status, at)
  assertHeaders(exchange, stream.headers, captured, at)
  const shown = exchange.answer.body.split('\n\n').map(eventShown)
  const events = await stream.take(shown.length)
  stream.close()
  assertShown(shown, events, captured, at)
}

function eventShown(text: string): object {
  const fields = Object.fromEntries(text.split('\n').map((line) => line.split(/: (.*)/).slice(0, 2)))
  return { ...fields, data: parseShown(fields['data']) }
}

function assertHeaders({ answer }: Exchange, actual: Headers, captured: Captured, at: string): void {
  for (const [name, value] of Object.entries(answer.headers)) {
    assertShown(value, actual.get(name), captured, `${at} ${name}`)
  }
}
