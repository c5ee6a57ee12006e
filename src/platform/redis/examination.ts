import { Redis as Client } from 'ioredis'
import { refuseUnknownDatabase } from './connection.ts'

export interface RedisFacts {
  version: string
  role: string
  isCluster: boolean
  /** `appendonly`, `appendfsync` and `maxmemory-policy`; empty where the server does not tell. */
  settings: Record<string, string>
  /** By how much its clock is ahead of ours, give or take half of the round trip. */
  aheadMs: number
}

const ANSWER_MS = 3_000

/** Throws what the server or the network says. */
export async function examineRedis(url: string): Promise<RedisFacts> {
  refuseUnknownDatabase(url)
  const client = new Client(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    retryStrategy: () => null,
  })
  let lost: unknown
  client.on('error', (error) => {
    lost = error
  })
  try {
    await client.connect()
    const info = await client.info()
    const begun = Date.now()
    const [seconds, micros] = await client.time()
    const middle = (begun + Date.now()) / 2
    const aheadMs = Number(seconds) * 1000 + Number(micros) / 1000 - middle
    return {
      version: member(info, 'redis_version'),
      role: member(info, 'role'),
      isCluster: member(info, 'cluster_enabled') === '1',
      settings: await settingsOf(client),
      aheadMs,
    }
  } catch (error) {
    // The connection knows better what was wrong than the command that it failed.
    throw lost ?? error
  } finally {
    client.disconnect()
  }
}

function member(info: string, name: string): string {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
}

/** Hosted ones often do not let anybody ask. */
async function settingsOf(client: Client): Promise<Record<string, string>> {
  const settings: Record<string, string> = {}
  for (const name of ['appendonly', 'appendfsync', 'maxmemory-policy']) {
    const told = (await client.config('GET', name).catch(() => [])) as string[]
    settings[name] = told[1] ?? ''
  }
  return settings
}
