import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis as Client } from 'ioredis'
import { LoggiaError } from '../../kit/errors.ts'
import type { Redis } from '../redis/index.ts'
import { keysOf } from './redis-scripts.ts'
import type { Sleepers } from './redis-sleepers.ts'

interface Options {
  redis: Redis
  namespace: string
  sleepers: Sleepers
  onError: (error: unknown) => void
}

/** How long Redis may have nothing to tell before it is asked anew. */
const BLOCK_SECONDS = 5
const PAUSE_AFTER_FAILURE_MS = 250
const BELL_KEPT_MS = 60_000

/** Wakes sleepers when something comes, whoever pushed it: one blocking read for all queues of the process. */
export function createNews({ redis, namespace, sleepers, onError }: Options) {
  /** Ends the blocking read when it does not know of a queue that somebody sleeps at. */
  const bell = { key: `${namespace}:queue-bell:${randomUUID()}`, position: '0-0' }
  let connection: Client | undefined
  let listening: Promise<void> = Promise.resolve()
  let isListening = false
  let heard: string[] = []
  let isClosed = false

  async function listen(): Promise<void> {
    isListening = true
    connection ??= redis.connect({ blockSeconds: BLOCK_SECONDS })
    for (;;) {
      heard = sleepers.queues()
      if (heard.length === 0 || isClosed) break
      try {
        await hear(connection)
      } catch (error) {
        if (isClosed) break
        report(error)
        // They learn by looking for themselves what is wrong.
        heard.forEach(sleepers.wakeOne)
        await pause(PAUSE_AFTER_FAILURE_MS)
        sleepers.forgetDeserted(heard)
      }
    }
    isListening = false
  }

  async function hear(client: Client): Promise<void> {
    const positions = new Map([[bell.key, bell.position]])
    const tellers = new Map<string, (id: string) => void>([[bell.key, hearBell]])
    for (const queue of heard) {
      const keys = keysOf(namespace, queue)
      for (const key of ['stream', 'wake'] as const) {
        positions.set(keys[key], sleepers.positionAt(queue)?.[key] ?? '0-0')
        tellers.set(keys[key], (id) => hearQueue(queue, key, id))
      }
    }
    const streams = [...positions.keys(), ...positions.values()]
    const news = await client.xread('COUNT', 1, 'BLOCK', BLOCK_SECONDS * 1000, 'STREAMS', ...streams)
    if (news === null) sleepers.forgetDeserted(heard)
    for (const [key, [entry]] of news ?? []) tellers.get(key)?.(entry?.[0] ?? '0-0')
  }

  function hearBell(id: string): void {
    bell.position = id
  }

  function hearQueue(queue: string, key: 'stream' | 'wake', id: string): void {
    sleepers.forgetDeserted([queue])
    const position = sleepers.positionAt(queue)
    if (position) position[key] = id
    sleepers.wakeOne(queue)
  }

  function ring(): void {
    const rung = redis.commands.multi().xadd(bell.key, 'MAXLEN', 1, '*', 'look', 'again')
    // A queue that no bell was rung for is heard when the blocking read is done.
    rung.pexpire(bell.key, BELL_KEPT_MS).exec().catch(report)
  }

  /** That Redis is away, its own seam tells. */
  function report(error: unknown): void {
    if (!(error instanceof LoggiaError)) onError(error)
  }

  return {
    /** To be called once somebody sleeps at the queue. */
    listenTo(queue: string): void {
      if (isClosed) return
      if (!isListening) listening = listen()
      else if (!heard.includes(queue)) ring()
    },
    async close(): Promise<void> {
      isClosed = true
      connection?.disconnect()
      await listening
    },
  }
}
