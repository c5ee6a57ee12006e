import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

const CONNECT_TIMEOUT_MS = 3_000
const ANSWER_TIMEOUT_MS = 3_000
/** A connection on which nothing is said may be lost without a word. */
const BEAT_EVERY_MS = 5_000
const RETRY_MS = { first: 50, last: 1_000 }

interface Options {
  url: string
  channel: string
  /** By another process, or by this one through another connection. */
  onNotified: (payload: string) => void
  /** The connection was lost, and stands again. */
  onBack: () => void
  onError: (error: unknown) => void
}

/** `lost` resolves with the reason. */
interface Connection {
  lost: Promise<unknown>
}

/** One connection that listens on a channel and notifies it, and is made anew whenever it is lost. */
export async function openNotifications({ url, channel, onNotified, onBack, onError }: Options) {
  const closing = new AbortController()
  let client: pg.Client | null = null
  let sent: Promise<unknown> = Promise.resolve()
  const beat = setInterval(() => client?.query('select 1').catch(() => {}), BEAT_EVERY_MS)
  beat.unref()

  async function connect(): Promise<Connection> {
    const next = new pg.Client(clientOptions(url))
    const { promise: lost, resolve } = Promise.withResolvers<unknown>()
    next.on('error', resolve).on('end', () => resolve(new Error('The connection for pokes ended.')))
    next.on('notification', ({ payload = '', processId }) => {
      if (processId !== (next as unknown as { processID: number }).processID) onNotified(payload)
    })
    try {
      await next.connect()
      await next.query(`listen ${pg.escapeIdentifier(channel)}`)
    } catch (error) {
      void next.end()
      throw error
    }
    client = next
    if (closing.signal.aborted) void next.end()
    return { lost }
  }

  async function keepConnected(first: Promise<Connection>): Promise<void> {
    let connecting = first
    for (let tries = 1; !closing.signal.aborted; tries += 1) {
      try {
        const { lost } = await connecting
        if (tries > 1) onBack()
        tries = 1
        const why = await lost
        client = null
        if (!closing.signal.aborted) onError(why)
      } catch (error) {
        // That it was lost has been told; that it still is, tells nothing new.
        if (tries === 1) onError(error)
      }
      await pause(pauseMs(tries), undefined, { signal: closing.signal }).catch(() => {})
      connecting = closing.signal.aborted ? connecting : connect()
    }
  }

  const first = connect()
  const kept = keepConnected(first)
  await first.catch(() => {})

  return {
    /** Lost while there is no connection. */
    send(payloads: string[]): void {
      if (client === null || payloads.length === 0) return
      const values = [channel, payloads]
      sent = client.query(SEND, values).catch(onError)
    },
    /** What was sent arrives before. */
    async close(): Promise<void> {
      await sent
      closing.abort()
      clearInterval(beat)
      await client?.end()
      await kept
    },
  }
}

const SEND = 'select pg_notify($1, payload) from unnest($2::text[]) as payload'

function clientOptions(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    fallback_application_name: 'loggia pokes',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    keepAlive: true,
    // Pokes leave as they come, and a silent server has the connection closed.
    pipeline: true,
  }
}

/** Doubled each time, and at random, so that many processes do not come back in one moment. */
function pauseMs(attempt: number): number {
  const ceiling = Math.min(RETRY_MS.last, RETRY_MS.first * 2 ** attempt)
  return ceiling * (0.5 + Math.random() / 2)
}
