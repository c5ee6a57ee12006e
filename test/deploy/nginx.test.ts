import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { suite, test } from 'node:test'
import { callerOf } from '../support/call.ts'
import { openStream } from '../support/event-stream.ts'
import { startLoggia } from '../support/loggia.ts'
import { eventually } from '../support/process.ts'
import { selfSigned } from '../support/self-signed.ts'

const EXAMPLE = new URL('../../deploy/nginx.conf', import.meta.url)
const CERTIFICATES = /\/etc\/letsencrypt\/live\/loggia\.example\.org/g

/** The example in a folder of its own, with a certificate; `change` makes it fit for this machine. */
async function withConfig(
  change: (config: string) => string,
  use: (args: string[]) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'loggia-nginx-'))
  try {
    const { key, cert } = selfSigned()
    await writeFile(join(folder, 'privkey.pem'), key)
    await writeFile(join(folder, 'fullchain.pem'), cert)
    const site = change((await readFile(EXAMPLE, 'utf8')).replaceAll(CERTIFICATES, folder))
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    )
    const config = `daemon off; pid ${folder}/pid; error_log stderr; events {}
      http { access_log off; ${temporary.join(' ')}\n${site} }`
    await writeFile(join(folder, 'nginx.conf'), config)
    await use(['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf')])
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const nginx = (args: string[]) =>
  spawn('nginx', args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
  })

suite('the example for nginx', () => {
  test('is understood by nginx', async () => {
    await withConfig(
      (config) => config,
      async (args) => {
        const child = nginx(['-t', ...args])
        const [told, [code]] = await Promise.all([text(child.stderr), once(child, 'close')])
        assert.equal(code, 0, told)
      },
    )
  })

  test('lets events through at once', async () => {
    const loggia = await startLoggia({ TRUSTED_PROXIES: '127.0.0.1' })
    const port = await freePort()
    // In the clear and on a free port; all else as it stands there.
    const change = (config: string) =>
      config
        .replace(/server \{\s+listen 80;[^}]*\}/, '')
        .replace('127.0.0.1:8080', new URL(loggia.address).host)
        .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
        .replace('listen [::]:443 ssl;', '')
    await withConfig(change, async (args) => {
      const child = nginx(args)
      const ended = once(child, 'close')
      try {
        const address = `http://127.0.0.1:${port}`
        await eventually(async () => (await fetch(`${address}/livez`).catch(() => null))?.status === 200)
        const admin = await loggia.registerAdmin('root')
        const stream = await openStream(`${address}/api/v1/alerts`, { token: admin.token })
        const body = { year: 2011, make: 'Toyota', model: 'C', category: 'SUSPICIOUS_VEHICLE' }
        await callerOf(address)('POST', '/api/v1/detections', { token: admin.token, body })
        assert.equal((await stream.next()).event, 'alert')
        stream.close()
      } finally {
        child.kill('SIGTERM')
        await ended
        await loggia.close()
      }
    })
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
