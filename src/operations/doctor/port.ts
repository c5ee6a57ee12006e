import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Config } from '../../config.ts'
import { type Finding, good, wrong } from './finding.ts'

const ANSWER_MS = 2_000

export async function port({ port: number, host, role }: Config): Promise<Finding[]> {
  if (role === 'work') return []
  const code = await codeOfListening(number, host)
  if (code === null) return [good('port', `${host}:${number} is free`)]
  if (code === 'EADDRINUSE' && (await isLoggia(number, host)))
    return [good('port', `a Loggia answers on ${host}:${number}`)]
  return [refused(code, `${host}:${number}`)]
}

async function codeOfListening(number: number, host: string): Promise<string | null> {
  const server = createServer()
  try {
    server.listen({ port: number, host })
    await once(server, 'listening')
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  } finally {
    server.close()
  }
}

async function isLoggia(number: number, host: string): Promise<boolean> {
  const name =
    host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host
  try {
    const answer = await fetch(`http://${name}:${number}/livez`, { signal: AbortSignal.timeout(ANSWER_MS) })
    return ((await answer.json()) as { status?: string }).status === 'alive'
  } catch {
    return false
  }
}

function refused(code: string, address: string): Finding {
  switch (code) {
    case 'EADDRINUSE':
      return wrong('port', `another program listens on ${address}`, 'Stop it, or set PORT to another one.')
    case 'EACCES':
      return wrong(
        'port',
        `${address} takes more rights than this user has`,
        'Take a PORT from 1024, with a proxy in front.',
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return wrong('port', `${address} is no address of this machine`, 'Set HOST to 127.0.0.1 or 0.0.0.0.')
    default:
      return wrong(
        'port',
        `nothing can listen on ${address} (${code})`,
        'Set PORT and HOST to something else.',
      )
  }
}
