import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { backoffSeconds } from '../kit/retry.ts'
import { exitCodeOf } from './api.ts'
import { type Call, optionOf } from './command.ts'
import { anyVehicle } from './demo-vehicles.ts'
import { CommandError, usageError } from './exit.ts'

interface Options {
  rate: number
  url: string
  credential: string
  /** Sent in all; endless without. */
  count: number
}

interface Counts {
  accepted: number
  duplicate: number
}

/** Detections are sent some at a time, so often in a second. */
const SENDS_PER_SECOND = 5
const AT_ONCE_MAX = 1000
const RATE_MAX = 5000
const BACKOFF = { baseSeconds: 1, maxSeconds: 15 }
/** Worth another try: too many requests, or a server that is not there at the moment. */
const MAY_PASS = [408, 429, 500, 502, 503, 504]

/**
 * Plays cameras at a road: sends detections of vehicles to a running server until it is stopped. What is not answered is sent
 * again under the same source ids, so that the server's count and ours agree.
 */
export async function demo(call: Call): Promise<number> {
  const options = readOptions(call)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  process.stdout.write(`Sending ${options.rate} detections a second to ${options.url}; Ctrl-C ends it.\n`)
  const began = performance.now()
  const counts: Counts = { accepted: 0, duplicate: 0 }
  try {
    await sendAll(options, counts, stopping.signal)
  } finally {
    const seconds = Math.round((performance.now() - began) / 1000)
    const { accepted, duplicate } = counts
    process.stdout.write(`${accepted} detections accepted, ${duplicate} known already, in ${seconds} s.\n`)
  }
  return 0
}

async function sendAll(options: Options, counts: Counts, signal: AbortSignal): Promise<void> {
  const run = randomBytes(6).toString('hex')
  const began = performance.now()
  for (let sent = 0; sent < options.count && !signal.aborted; ) {
    const due = Math.floor(((performance.now() - began) / 1000) * options.rate) + 1 - sent
    const some = Math.min(due, AT_ONCE_MAX, options.count - sent)
    const detections = Array.from({ length: Math.max(0, some) }, (_, at) => {
      return {
        ...anyVehicle(),
        source_id: `demo-${run}-${sent + at + 1}`,
        detected_at: new Date().toISOString(),
      }
    })
    if (detections.length > 0) await sendPatiently(options, detections, counts, signal)
    sent += detections.length
    await pause(1000 / SENDS_PER_SECOND, undefined, { signal }).catch(() => {})
  }
}

async function sendPatiently(
  options: Options,
  detections: object[],
  counts: Counts,
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 1; ; failures += 1) {
    const told = await send(options, detections)
    if (typeof told !== 'string') {
      counts.accepted += told.accepted
      counts.duplicate += told.duplicate
      return
    }
    if (signal.aborted) return
    process.stderr.write(`${told} It is tried again.\n`)
    await pause(backoffSeconds(failures, BACKOFF) * 1000, undefined, { signal }).catch(() => {})
  }
}

/** What the server counted, or why it may work later. Throws when it will not. */
async function send({ url, credential }: Options, detections: object[]): Promise<Counts | string> {
  let answer: Response
  try {
    answer = await fetch(`${url}/api/v1/detections`, {
      method: 'POST',
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      body: JSON.stringify(detections),
    })
  } catch (error) {
    const cause = (error as Error).cause as Error | undefined
    return `${url} does not answer: ${cause?.message || (error as Error).message}.`
  }
  const text = await answer.text().catch(() => '')
  if (answer.ok) return JSON.parse(text) as Counts
  const told = `${url} answers ${answer.status}: ${detailOf(text)}`
  if (MAY_PASS.includes(answer.status)) return told
  throw new CommandError(exitCodeOf(answer.status), told)
}

function detailOf(text: string): string {
  try {
    return String(JSON.parse(text).detail)
  } catch {
    return text.slice(0, 200)
  }
}

function readOptions(call: Call): Options {
  const [token, key, url, rate, count] = ['token', 'key', 'url', 'rate', 'count'].map((name) =>
    optionOf(call, name),
  )
  const credential = token ?? key ?? call.env['LOGGIA_TOKEN']
  if (!credential || (token !== undefined && key !== undefined))
    throw usageError('Give a token, or an API key with the scope detections:write, best in LOGGIA_TOKEN.')
  const { port, publicUrl } = call.settings()
  const address = url ?? call.env['LOGGIA_URL'] ?? publicUrl ?? `http://localhost:${port}`
  if (!URL.canParse(address)) throw usageError('--url must be an address such as http://localhost:8080.')
  return {
    credential,
    url: address.replace(/\/+$/, ''),
    rate: positive('--rate', rate ?? '3', RATE_MAX),
    count:
      count === undefined ? Number.POSITIVE_INFINITY : positive('--count', count, Number.MAX_SAFE_INTEGER),
  }
}

function positive(name: string, text: string, max: number): number {
  const number = Number(text)
  if (!(number > 0 && number <= max)) throw usageError(`${name} must be above 0 and at most ${max}.`)
  return number
}
