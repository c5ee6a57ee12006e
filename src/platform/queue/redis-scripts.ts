import { readFileSync } from 'node:fs'
import type { Redis as Client } from 'ioredis'
import { conflict } from '../../kit/errors.ts'

const NAMES = [
  'push',
  'receive',
  'ack',
  'nack',
  'extend',
  'counts',
  'browse',
  'edit',
  'redrive',
  'purge',
  'clear-expired',
] as const
/** In the order in which `redis/shared.lua` takes them, after the stream. */
const BESIDE_THE_STREAM = [
  'notes',
  'aside',
  'due',
  'leased',
  'delayed',
  'returned',
  'dead',
  'dedup',
  'expiring',
  'wake',
] as const

export type Argument = string | number
/** Runs one script on one queue, whole or not at all. */
export type RunScript = (name: (typeof NAMES)[number], queue: string, args: Argument[]) => Promise<unknown>

/**
 * The stream has the name that foreign producers use. The other keys have that name as their hash tag, so a cluster keeps
 * them where the stream is.
 */
export function keysOf(namespace: string, queue: string) {
  const stream = `${namespace}:queue:${queue}`
  const beside = BESIDE_THE_STREAM.map((key) => `${namespace}:queue-${key}:{${stream}}`)
  return { stream, wake: `${namespace}:queue-wake:{${stream}}`, all: [stream, ...beside] }
}

export function defineScripts(client: Client, namespace: string): RunScript {
  const shared = readScript('shared')
  for (const name of NAMES) {
    const lua = `${shared}\n${readScript(name)}`
    client.defineCommand(commandOf(name), { lua, numberOfKeys: 1 + BESIDE_THE_STREAM.length })
  }
  return async (name, queue, args) => {
    const keys = keysOf(namespace, queue)
    const command = Reflect.get(client, commandOf(name)) as (...args: Argument[]) => Promise<unknown>
    try {
      return await command.call(client, ...keys.all, ...args)
    } catch (error) {
      throw error instanceof Error && error.message.startsWith('WRONGTYPE') ? keyTaken(keys.stream) : error
    }
  }
}

function readScript(name: string): string {
  return readFileSync(new URL(`./redis/${name}.lua`, import.meta.url), 'utf8')
}

function commandOf(name: string): string {
  return `loggiaQueue:${name}`
}

function keyTaken(key: string): Error {
  return conflict('queue_key_taken', `Another program keeps something else under the key "${key}" in Redis.`)
}
