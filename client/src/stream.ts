import { createEventParser, type EventBlock } from './event-parser.ts'
import type { Item } from './operations.ts'
import { pause } from './pause.ts'
import { Problem } from './problem.ts'
import { isOfTheNetwork } from './retries.ts'

/** The streams by their paths: the events of each, and what they carry. */
export interface Streams {
  '/api/v1/alerts': {
    alert: Item<'GET /api/v1/alerts'>
    /** These alerts cannot be shown: they were purged, or the server's history is another than the one that was followed. */
    gap: { from: number; to: number }
  }
  '/api/v1/documents/events': { document: Item<'GET /api/v1/documents'> }
}

export type StreamEvent<Path extends keyof Streams> = {
  [Name in keyof Streams[Path]]: {
    event: Name
    /** Give it as `lastEventId` to go on after this event another day. */
    id: string
    data: Streams[Path][Name]
  }
}[keyof Streams[Path]]

export interface StreamOptions {
  /** Goes on after this event. Unset: from now on. */
  lastEventId?: string | undefined
  signal?: AbortSignal | undefined
  /** Hears when the stream stands, and each time that it was lost, or could not be opened, and will be tried again. */
  onState?: ((state: 'open' | 'lost', error?: unknown) => void) | undefined
}

/** The server says something at least every 15 seconds: after this, the connection is dead without knowing. */
const SILENCE_MS_MAX = 45_000
const RETRY_MS = 2_000
const RETRY_MS_MAX = 30_000

/**
 * Follows a stream for as long as it is asked for the next event: a lost connection is opened anew after the last event, so none
 * is lost and none comes twice. Throws a refusal that will not pass, and the reason of the signal.
 */
export async function* follow(
  open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>,
  { lastEventId, signal, onState }: StreamOptions,
): AsyncGenerator<{ event: string; id: string; data: unknown }, never> {
  let place = lastEventId
  let retryMs = RETRY_MS
  for (let failures = 0; ; failures += 1) {
    signal?.throwIfAborted()
    let lost: unknown
    try {
      for await (const block of connection(open, { place, signal, onOpen: () => onState?.('open') })) {
        failures = 0
        place = block.id ?? place
        retryMs = block.retryMs ?? retryMs
        const { event, data } = block
        if (data !== undefined) yield { event, id: place ?? '', data: JSON.parse(data) }
      }
    } catch (error) {
      signal?.throwIfAborted()
      if (!willPass(error)) throw error
      lost = error
    }
    onState?.('lost', lost)
    await pause(waitBefore(lost, retryMs * 2 ** failures), signal)
  }
}

/** One connection, from its opening to its end; hangs up when nobody wants the next block. */
async function* connection(
  open: (lastEventId: string | undefined, signal: AbortSignal) => Promise<Response>,
  options: { place: string | undefined; signal: AbortSignal | undefined; onOpen: () => void },
): AsyncGenerator<EventBlock> {
  const line = new AbortController()
  const hangUp = () => line.abort(options.signal?.reason)
  options.signal?.addEventListener('abort', hangUp)
  try {
    const answer = await open(options.place, line.signal)
    options.onOpen()
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    const parse = createEventParser()
    for (;;) {
      const { done = true, value = '' } = (await heard(reader?.read(), line)) ?? {}
      if (done) return
      yield* parse(value)
    }
  } finally {
    options.signal?.removeEventListener('abort', hangUp)
    line.abort()
  }
}

/** A silence that is too long ends the connection. It is measured while somebody listens, not while events are worked on. */
async function heard<Result>(reading: Promise<Result> | undefined, line: AbortController) {
  const silence = setTimeout(() => line.abort(new TypeError('The stream fell silent.')), SILENCE_MS_MAX)
  try {
    return await reading
  } finally {
    clearTimeout(silence)
  }
}

function willPass(error: unknown): boolean {
  if (!(error instanceof Problem)) return isOfTheNetwork(error)
  return error.status >= 500 || error.status === 429 || error.status === 408
}

/** Not all readers of a server that starts again come in the same moment. */
function waitBefore(lost: unknown, backoffMs: number): number {
  const askedForMs = lost instanceof Problem ? (lost.retryAfterMs ?? 0) : 0
  return askedForMs + Math.min(backoffMs, RETRY_MS_MAX) * (0.5 + Math.random() / 2)
}
