import type { Duplex } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { type ChannelModel, connect } from 'amqplib'
import { answered, rabbitMqUnavailable } from './unavailable.ts'

/** Either side gives the other up for dead after about two of these. A process that is blocked for longer loses its leases. */
const HEARTBEAT_SECONDS = 5
const CONNECT_MS = 3_000
const CLOSE_MS = 1_000
const RETRY_MS = 100
/** Everything is to resume within 5 s of RabbitMQ's return, so it is looked for at least every second. */
const RETRY_MS_MAX = 1_000

/** A connection that is made anew whenever it is lost, until it is closed. `onError` is told once per outage. */
export function keepConnected({ url, onError }: { url: string; onError: (error: unknown) => void }) {
  const address = withHeartbeat(url)
  const closing = new AbortController()
  const firstAttempt = Promise.withResolvers<void>()
  let connected: ChannelModel | null = null
  let failure: unknown = null

  async function keep(): Promise<void> {
    for (let failures = 0; !closing.signal.aborted; failures += 1) {
      try {
        const connection = await open(address)
        failures = 0
        await use(connection)
      } catch (error) {
        miss(error)
      }
      firstAttempt.resolve()
      const waitMs = Math.min(RETRY_MS * 2 ** failures, RETRY_MS_MAX)
      await pause(waitMs, undefined, { signal: closing.signal }).catch(() => {})
    }
  }

  /** Resolves when the connection is lost. */
  async function use(connection: ChannelModel): Promise<void> {
    if (closing.signal.aborted) return destroy(connection)
    const lost = new Promise((resolve) => connection.once('close', resolve))
    connection.once('close', () => {
      connected = null
    })
    connected = connection
    failure = null
    firstAttempt.resolve()
    const reason = await lost
    destroy(connection)
    miss(reason)
  }

  function miss(error: unknown): void {
    if (failure === null && !closing.signal.aborted) onError(error)
    failure = error ?? new Error('The connection to RabbitMQ was closed.')
  }

  const kept = keep()
  return {
    /** Throws at once while there is none. */
    async current(): Promise<ChannelModel> {
      await firstAttempt.promise
      if (connected === null) throw rabbitMqUnavailable(failure)
      return connected
    },
    isLost: (connection: ChannelModel) => connection !== connected,
    async close(): Promise<void> {
      closing.abort()
      firstAttempt.resolve()
      if (connected === null) return
      const connection = connected
      await answered(connection.close(), CLOSE_MS).catch(() => {})
      destroy(connection)
      await kept
    },
  }
}

/** Unless the operator chose another one in the address. */
function withHeartbeat(url: string): string {
  const address = new URL(url)
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', `${HEARTBEAT_SECONDS}`)
  return address.href
}

async function open(address: string): Promise<ChannelModel> {
  const opening = connect(address, { timeout: CONNECT_MS, noDelay: true, keepAlive: true }).then(deafen)
  try {
    return await answered(opening, CONNECT_MS)
  } catch (error) {
    opening.then(destroy, () => {})
    throw error
  }
}

/** Node ends a process for an error event that nobody takes; `close` follows each. */
function deafen(connection: ChannelModel): ChannelModel {
  connection.on('error', () => {})
  return connection
}

/**
 * amqplib ends its half of a socket only, and a RabbitMQ that hangs never ends the other, nor answers a farewell: both would
 * keep the process alive. It says `close` for a socket that was destroyed only if there is an error with it.
 */
function destroy(connection: ChannelModel): void {
  const { stream } = connection.connection as unknown as { stream: Duplex }
  stream.destroy(new Error('The connection to RabbitMQ was closed here.'))
}
