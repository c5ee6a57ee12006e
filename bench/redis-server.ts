import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openRedis } from '../src/platform/redis/index.ts'

/** How a Redis keeps what it acknowledged. */
export const PERSISTENCE = {
  'no append-only file': ['--appendonly', 'no'],
  'appendfsync everysec': ['--appendonly', 'yes', '--appendfsync', 'everysec'],
  'appendfsync always': ['--appendonly', 'yes', '--appendfsync', 'always'],
}

/** A `redis-server` of one's own, in a folder of its own. */
export async function startRedis(persistence: keyof typeof PERSISTENCE) {
  const folder = await mkdtemp(join(tmpdir(), 'loggia-bench-redis-'))
  const port = await freePort()
  const settings = ['--port', String(port), '--dir', folder, '--save', '', ...PERSISTENCE[persistence]]
  const child = spawn('redis-server', settings, { stdio: 'ignore' })
  child.on('error', () => {
    console.error('The bench needs redis-server on the PATH (Debian: apt-get install redis-server).')
    process.exit(1)
  })
  const url = `redis://127.0.0.1:${port}`
  await untilReady(url)
  return {
    url,
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

async function untilReady(url: string): Promise<void> {
  for (;;) {
    const redis = await openRedis({ url, onError: () => {} })
    const isReady = await redis.ping().then(
      () => true,
      () => false,
    )
    await redis.close()
    if (isReady) return
  }
}
