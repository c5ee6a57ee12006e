import { Redis as Client } from 'ioredis'
import { toUnavailable } from './unavailable.ts'

export { defineScript, type Script } from './script.ts'

/** One Redis for all seams that use it. */
export interface Redis {
  /**
   * For commands that answer at once; shared. What was not answered is never sent again by itself: whether it was done is
   * not known. Throws `redis_unavailable` (503): at once while Redis is away, within 2 s when it hangs. Commands sent
   * before the first connection wait for it. That Redis hangs is noticed within 3 s even when nobody sends anything.
   */
  readonly commands: Client
  /**
   * A connection of its own, for whoever subscribes or blocks on it; may be closed with `disconnect`, is closed with the
   * rest. It fails as `commands` do, except that Redis may be silent for `blockSeconds` more. It comes back by itself but
   * subscribes to nothing by itself: do that on each `ready`.
   */
  connect(options?: { blockSeconds?: number }): Client
  /** Throws when Redis does not answer within 2 s. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** Longer than any command of ours takes, shorter than a caller's patience. */
const SILENCE_MS_MAX = 2000
const RETRY_MS = 100
const HEARTBEAT_MS = 1000
/** Everything is to resume within 5 s of Redis's return, so it is looked for at least every second. */
const RETRY_MS_MAX = 1000

/**
 * Resolves without waiting for Redis: a server may start while it is away, and says so in `/readyz`. `url` is
 * `redis[s]://[user][:password]@host[:port][/database]`. `onError` is told once per outage.
 */
export async function openRedis(options: { url: string; onError: (error: unknown) => void }): Promise<Redis> {
  const { url, onError } = options
  refuseUnknownDatabase(url)
  const open = new Set<Client>()
  const away = new Set<Client>()

  function start(blockSeconds: number): Client {
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
    translateErrors(client)
    waitForFirstConnectionOnly(client)
    // What blocks asks often enough by itself, and a heartbeat would wait behind it.
    if (blockSeconds === 0) keepAsking(client)
    open.add(client)
    client.on('error', (error) => miss(client, error))
    client.on('close', () => {
      if (client.status !== 'end') miss(client, new Error('The connection to Redis was closed.'))
    })
    client.on('ready', () => away.delete(client))
    client.on('end', () => {
      open.delete(client)
      away.delete(client)
    })
    return client
  }

  function miss(client: Client, error: unknown): void {
    if (away.size === 0) onError(error)
    away.add(client)
  }

  const commands = start(0)
  return {
    commands,
    connect: ({ blockSeconds = 0 } = {}) => start(blockSeconds),
    async ping() {
      await commands.ping()
    },
    async close() {
      await Promise.all([...open].map(end))
    },
  }
}

/** ioredis would quietly take the first database for a name that is no number. */
function refuseUnknownDatabase(url: string): void {
  const { pathname } = new URL(url)
  if (!/^(\/\d*)?$/.test(pathname))
    throw new Error(`REDIS_URL: what follows the host must be the number of a database, not "${pathname}".`)
}

/** Here alone: whoever sends a command, alone or in a pipeline, gets an error that HTTP has a status for. */
function translateErrors(client: Client): void {
  const send = client.sendCommand.bind(client)
  client.sendCommand = (command, stream) => {
    const { reject } = command
    command.reject = (error) => reject(toUnavailable(error))
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

async function end(client: Client): Promise<void> {
  const ended = new Promise<void>((resolve) => client.once('end', resolve))
  const isBetweenTries = client.status === 'reconnecting'
  client.disconnect()
  // Then ioredis only forgets the next try, and tells nobody.
  if (isBetweenTries) client.emit('end')
  await ended
}
