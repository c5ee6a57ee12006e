import type { Redis as Client } from 'ioredis'

/** Runs whole or not at all, with nothing of others in between. */
export type Script = (keys: string[], args: (string | number)[]) => Promise<unknown>

/** Lua that Redis keeps by its hash; sent again to a Redis that does not know it. `name` is this client's alone. */
export function defineScript(client: Client, name: string, lua: string): Script {
  client.defineCommand(name, { lua })
  const run = (client as unknown as Record<string, (...words: (string | number)[]) => Promise<unknown>>)[name]
  if (run === undefined) throw new Error(`ioredis did not take the script "${name}".`)
  return (keys, args) => run.call(client, keys.length, ...keys, ...args)
}
