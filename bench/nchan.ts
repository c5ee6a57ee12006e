import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Server, watchProcess } from './server.ts'

/** Debian: apt-get install libnginx-mod-nchan. */
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so'

/** nginx with nchan, one process, with files and a port of its own; `null` where it is not installed. */
export async function startNchan(): Promise<Server | null> {
  if (
    !(await access(MODULE).then(
      () => true,
      () => false,
    ))
  )
    return null
  const began = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'loggia-bench-nchan-'))
  const port = await freePort()
  const path = join(folder, 'nginx.conf')
  await writeFile(path, configFor(folder, port))
  const args = ['-p', folder, '-e', join(folder, 'error.log'), '-c', path]
  const child = spawn('nginx', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const address = `http://127.0.0.1:${port}`
  while (
    !(await fetch(`${address}/livez`).then(
      ({ ok }) => ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error('nginx did not start.')
  }
  return {
    address,
    startMs: performance.now() - began,
    ...watchProcess(child),
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function configFor(folder: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${join(folder, kind)};`)
    .join('\n')
  return `load_module ${MODULE};
daemon off;
master_process off;
worker_rlimit_nofile 20000;
pid ${join(folder, 'pid')};
events { worker_connections 16000; }
http {
  access_log off;
  ${temporary}
  keepalive_requests 1000000;
  nchan_shared_memory_size 256m;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location = /livez { return 204; }
    location = /publish { nchan_publisher; nchan_channel_id alerts; }
    location = /stream { nchan_subscriber eventsource; nchan_channel_id alerts; nchan_subscriber_first_message newest; }
  }
}`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
