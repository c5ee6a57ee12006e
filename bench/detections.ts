import { Readable } from 'node:stream'
import { type Server, startLoggia } from './server.ts'
import { wrk } from './wrk.ts'

/** Detections in, three ways: `node bench/detections.ts`. SQLite, each commit on disk. */
const SECONDS = Number(process.env['SECONDS'] ?? 5)
const json = { 'content-type': 'application/json' }

const loggia = await startLoggia()
const headers = { authorization: `Bearer ${await register(loggia)}` }
const url = `${loggia.address}/api/v1/detections`
const line = JSON.stringify({ year: 2011, make: 'Toyota', model: 'Corolla', category: 'SUV, Wagon' })

console.log('detections recorded in a second')
const single = await wrk({ url, method: 'POST', headers: { ...headers, ...json }, body: line }, SECONDS)
console.log(
  `  one a request          ${single.perSecond.toFixed(0)}  p99 ${single.p99Ms.toFixed(1)} ms, ${single.refused} refused`,
)
const body = `[${Array(100).fill(line).join(',')}]`
const hundred = await wrk(
  { url, method: 'POST', headers: { ...headers, ...json }, body, connections: 16 },
  SECONDS,
)
console.log(
  `  a hundred a request    ${(hundred.perSecond * 100).toFixed(0)}  p99 ${hundred.p99Ms.toFixed(1)} ms, ${hundred.refused} refused`,
)
const before = await loggia.residentMb()
const { perSecond, accepted } = await upload()
const after = await loggia.residentMb()
console.log(
  `  a body of lines        ${perSecond.toFixed(0)}  ${accepted} of them; resident ${before.toFixed(0)} -> ${after.toFixed(0)} MB`,
)
const began = performance.now()
await fetch(`${url}/stats?by=make&from=2000-01-01T00:00:00Z`, { headers })
console.log(`  stats after that       ${(performance.now() - began).toFixed(1)} ms`)
await loggia.stop()

async function upload() {
  const until = performance.now() + SECONDS * 1000
  const lines = `${line}\n`.repeat(500)
  const body = Readable.from(
    (function* () {
      while (performance.now() < until) yield lines
    })(),
  )
  const began = performance.now()
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-ndjson' },
    body: Readable.toWeb(body),
    duplex: 'half',
  } as RequestInit)
  const { accepted } = (await answer.json()) as { accepted: number }
  return { accepted, perSecond: accepted / ((performance.now() - began) / 1000) }
}

async function register({ address }: Server): Promise<string> {
  const body = JSON.stringify({ username: 'bench', password: 'correct horse battery' })
  const answer = await fetch(`${address}/api/v1/auth/register`, { method: 'POST', headers: json, body })
  return ((await answer.json()) as { access_token: string }).access_token
}
