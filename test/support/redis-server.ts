import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRedis } from '../../src/platform/redis/index.ts'
import { eventually } from './process.ts'

export interface RedisServer {
  url: string
  /** As a power cut would: without a word. */
  kill(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** A Redis of one's own, which keeps every write in a folder of its own before it answers. `more`: of its settings. */
export async function startRedisServer(...more: string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'loggia-redis-'))
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  let server = launch()
  await answers(url)

  function launch() {
    const durable = ['--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', '']
    return spawn('redis-server', ['--port', String(port), ...durable, ...more], { stdio: 'ignore' })
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    server.kill('SIGKILL')
    await ended
  }

  return {
    url,
    kill,
    async start() {
      server = launch()
      await answers(url)
    },
    async close() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(url: string): Promise<void> {
  const redis = await openRedis({ url, onError: () => {} })
  await eventually(() =>
    redis.ping().then(
      () => true,
      () => false,
    ),
  )
  await redis.close()
}
