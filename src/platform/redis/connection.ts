import { Redis as Client, ReplyError } from 'ioredis'
import { toUnavailable } from './unavailable.ts'

/** Longer than any command of ours takes, shorter than a caller's patience. */
const SILENCE_MS_MAX = 2000
const HEARTBEAT_MS = 1000
const RETRY_MS = 100
/** Everything is to resume within 5 s of Redis's return, so it is looked for at least every second. */
const RETRY_MS_MAX = 1000

interface Options {
  url: string
  blockSeconds: number
  /** Told of each command that Redis answered with "not now". */
  onRefused: (error: unknown) => void
}

export function startConnection({ url, blockSeconds, onRefused }: Options): Client {
  const client = new Client(url, {
    connectTimeout: SILENCE_MS_MAX,
    socketTimeout: SILENCE_MS_MAX + blockSeconds * 1000,
    disconnectTimeout: RETRY_MS_MAX,
    retryStrategy: (attempt) => Math.min(RETRY_MS * 2 ** (attempt - 1), RETRY_MS_MAX),
    // A primary that was made a replica: the address may lead to the new primary by now.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // ioredis does not catch the failure of a subscription that it renews: it would end the process.
    autoResubscribe: false,
  })
  translateErrors(client, onRefused)
  waitForFirstConnectionOnly(client)
  // What blocks asks often enough by itself, and a heartbeat would wait behind it.
  if (blockSeconds === 0) keepAsking(client)
  return client
}

/** Here alone: whoever sends a command, alone or in a pipeline, gets an error that HTTP has a status for. */
function translateErrors(client: Client, onRefused: Options['onRefused']): void {
  const send = client.sendCommand.bind(client)
  client.sendCommand = (command, stream) => {
    const { reject } = command
    command.reject = (error) => {
      const translated = toUnavailable(error)
      if (error instanceof ReplyError && translated !== error) onRefused(error)
      reject(translated)
    }
    return send(command, stream)
  }
}

/** Later commands fail at once while Redis is away: its callers are better served by an error than by a queue. */
function waitForFirstConnectionOnly(client: Client): void {
  const stopWaiting = () => {
    client.options.enableOfflineQueue = false
  }
  client.once('ready', stopWaiting)
  client.once('close', stopWaiting)
}

/** A Redis that hangs is told from one that has nothing to say by asking it. */
function keepAsking(client: Client): void {
  const heartbeat = setInterval(() => {
    // The failure is told by the connection.
    if (client.status === 'ready') client.ping().catch(() => {})
  }, HEARTBEAT_MS)
  client.once('end', () => clearInterval(heartbeat))
}

export async function endConnection(client: Client): Promise<void> {
  const ended = new Promise<void>((resolve) => client.once('end', resolve))
  const isBetweenTries = client.status === 'reconnecting'
  client.disconnect()
  // Then ioredis only forgets the next try, and tells nobody.
  if (isBetweenTries) client.emit('end')
  await ended
}

/** ioredis would quietly take the first database for a name that is no number. */
export function refuseUnknownDatabase(url: string): void {
  const { pathname } = new URL(url)
  if (!/^(\/\d*)?$/.test(pathname))
    throw new Error(`REDIS_URL: what follows the host must be the number of a database, not "${pathname}".`)
}
