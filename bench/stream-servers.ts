import { hrtime } from 'node:process'
import { startNchan } from './nchan.ts'
import { type Server, startLoggia, startReference } from './server.ts'

export interface StreamServer extends Server {
  name: string
  stream: { path: string; headers: string[] }
  /** Sends an alert out, which carries the time of its sending. */
  publish(): Promise<void>
}

export type StartStreamServer = () => Promise<StreamServer | null>

const json = { 'content-type': 'application/json' }

export async function streamingLoggia(): Promise<StreamServer> {
  const server = await startLoggia()
  const body = JSON.stringify({ username: 'bench', password: 'correct horse battery' })
  const answer = await fetch(`${server.address}/api/v1/auth/register`, {
    method: 'POST',
    headers: json,
    body,
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  const authorization = `Bearer ${access_token}`
  return {
    ...server,
    name: 'loggia',
    stream: {
      path: '/api/v1/alerts',
      headers: ['Accept: text/event-stream', `Authorization: ${authorization}`],
    },
    publish: () =>
      post(`${server.address}/api/v1/detections`, {
        headers: { ...json, authorization },
        body: JSON.stringify({ year: 2000, make: 'Jeep', category: 'SUSPICIOUS_VEHICLE', model: now() }),
      }),
  }
}

export async function streamingBroadcaster(): Promise<StreamServer> {
  const server = await startReference('broadcaster')
  return {
    ...server,
    name: 'raw node:http',
    stream: { path: '/stream', headers: [] },
    publish: () => post(`${server.address}/publish`, { headers: json, body: dataOfLoggia() }),
  }
}

export async function streamingNchan(): Promise<StreamServer | null> {
  const server = await startNchan()
  if (server === null) return null
  return {
    ...server,
    name: 'nchan',
    stream: { path: '/stream', headers: ['Accept: text/event-stream'] },
    publish: () => post(`${server.address}/publish`, { headers: json, body: dataOfLoggia() }),
  }
}

/** As long as what Loggia tells of an alert. */
function dataOfLoggia(): string {
  const detected_at = new Date().toISOString()
  const seen = { id: 1000, year: 2000, make: 'Jeep', model: now(), category: 'SUSPICIOUS_VEHICLE' }
  const detection = { ...seen, source_id: null, detected_at }
  return JSON.stringify({
    id: 1000,
    rule_id: 1,
    rule: 'Suspicious vehicles',
    detection,
    created_at: detected_at,
  })
}

/** By the one clock of this machine, in nanoseconds. */
function now(): string {
  return String(hrtime.bigint())
}

async function post(url: string, load: { headers: Record<string, string>; body: string }): Promise<void> {
  const answer = await fetch(url, { method: 'POST', ...load })
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`)
  await answer.arrayBuffer()
}
