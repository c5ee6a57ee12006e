import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { temporaryFolder } from './installation.ts'
import { eventually } from './process.ts'

/** nginx in front of a server, with what it does unless told otherwise; only where it keeps its files is said, and that they are its own. */
export async function startNginx(upstream: string): Promise<{ address: string; close(): Promise<void> }> {
  const folder = await temporaryFolder()
  const port = await freePort()
  const files = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder.path, kind)};`)
    .join('\n')
  const path = join(folder.path, 'nginx.conf')
  await writeFile(
    path,
    `user root;
    pid ${join(folder.path, 'pid')};
    events {}
    http {
      access_log off;
      ${files}
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${upstream}; }
      }
    }`,
  )
  const log = join(folder.path, 'error.log')
  const child = spawn('nginx', ['-e', log, '-c', path, '-g', 'daemon off;'], { stdio: 'ignore' })
  const ended = once(child, 'close')
  const address = `http://127.0.0.1:${port}`
  const answers = () =>
    fetch(`${address}/livez`).then(
      ({ ok }) => ok,
      () => false,
    )
  await eventually(answers)
  return {
    address,
    async close() {
      child.kill('SIGTERM')
      await ended
      await folder.remove()
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
