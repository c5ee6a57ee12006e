import { cpus } from 'node:os'
import { type Server, startLoggia, startReference } from './server.ts'
import { type Load, type Result, wrk } from './wrk.ts'

/** Medians of interleaved rounds, to be quoted as ratios; an absolute figure belongs to one machine on one day. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const SECONDS = Number(process.env['SECONDS'] ?? 4)
const PASSWORD = 'correct horse battery'
const json = { 'content-type': 'application/json' }

console.log(
  `Node ${process.version}, ${cpus().length} cores, ${ROUNDS} rounds of ${SECONDS} s, wrk with 64 connections on the same machine`,
)
await startAndMemory()
await requests()
await signIns()

async function startAndMemory(): Promise<void> {
  const measured: Record<string, { startMs: number[]; residentMb: number[] }> = {}
  for (let round = 0; round < ROUNDS + 2; round += 1) {
    for (const [name, open] of [
      ['loggia', startLoggia],
      ['bare fastify', () => startReference('fastify')],
    ] as const) {
      const server = await open()
      measured[name] ??= { startMs: [], residentMb: [] }
      measured[name].startMs.push(server.startMs)
      measured[name].residentMb.push(await server.residentMb())
      await server.stop()
    }
  }
  console.log('\nstart and idle memory (process start to first 200; resident after it)')
  for (const [name, { startMs, residentMb }] of Object.entries(measured)) {
    console.log(`  ${name.padEnd(14)} ${median(startMs).toFixed(0)} ms   ${median(residentMb).toFixed(0)} MB`)
  }
}

async function requests(): Promise<void> {
  const loggia = await startLoggia()
  const fastify = await startReference('fastify')
  const raw = await startReference('raw')
  const token = await register(loggia, 'bench')
  const authorization = { authorization: `Bearer ${token}` }
  const body = JSON.stringify({ text: 'Water the plants on the balcony' })
  for (let made = 0; made < 200; made += 1) {
    await fetch(`${loggia.address}/api/v1/tasks`, {
      method: 'POST',
      headers: { ...authorization, ...json },
      body,
    })
  }
  await fillStore(loggia, authorization)
  const create = { method: 'POST', headers: { ...authorization, ...json }, body }
  await compare('one task', { loggia, fastify, raw }, { url: '/api/v1/tasks/1', headers: authorization })
  await compare(
    'list of 100 tasks',
    { loggia, fastify, raw },
    { url: '/api/v1/tasks?limit=100', headers: authorization },
  )
  const { next_cursor } = await get(loggia, '/api/v1/tasks?limit=100', authorization)
  await compare(
    'the next 100, which no cache keeps',
    { loggia, fastify, raw },
    { url: `/api/v1/tasks?limit=100&cursor=${next_cursor}`, headers: authorization },
  )
  await compare(
    'one store with 50 items and 5 tags',
    { loggia, fastify, raw },
    { url: '/api/v1/stores/1', headers: authorization },
  )
  await compare(
    'create a task; SQLite, fsync before the 201 (references store nothing)',
    { loggia, fastify, raw },
    { url: '/api/v1/tasks', ...create },
  )
  await compare(
    'the same with a new Idempotency-Key each',
    { loggia },
    { url: '/api/v1/tasks', ...create, uniqueHeader: 'idempotency-key' },
  )
  await Promise.all([loggia.stop(), fastify.stop(), raw.stop()])
}

async function get({ address }: Server, path: string, headers: Record<string, string>) {
  return (await (await fetch(address + path, { headers })).json()) as { next_cursor: string }
}

async function fillStore({ address }: Server, authorization: Record<string, string>): Promise<void> {
  const make = (path: string, type: string, body: string) =>
    fetch(`${address}/api/v1/${path}`, {
      method: 'POST',
      headers: { ...authorization, 'content-type': type },
      body,
    })
  const rows = Array.from({ length: 50 }, (_, index) => `A${index},Chair ${index},19.99,tag${index % 5}\n`)
  await make('stores', 'application/json', JSON.stringify({ name: 'Bench' }))
  await make('stores/1/items/import', 'text/csv', `external_id,name,price,tags\n${rows.join('')}`)
}

async function compare(title: string, servers: Record<string, Server>, load: Load): Promise<void> {
  const results: Record<string, Measured[]> = {}
  // The round before the first is for the compiler of each.
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [name, server] of Object.entries(servers)) {
      const before = await server.cpuSeconds()
      const result = await wrk({ ...load, url: server.address + load.url }, SECONDS)
      const cpuSeconds = (await server.cpuSeconds()) - before
      if (round < 0) continue
      results[name] ??= []
      results[name].push({ ...result, cpuUs: (cpuSeconds / (result.perSecond * SECONDS)) * 1e6 })
    }
  }
  report(title, results)
}

/** With the processor's time that the server's process took for a request, in microseconds. */
type Measured = Result & { cpuUs: number }

function report(title: string, results: Record<string, Measured[]>): void {
  console.log(`\n${title}`)
  const reference = results['fastify'] ? median(results['fastify'].map(({ perSecond }) => perSecond)) : null
  for (const [name, rounds] of Object.entries(results)) {
    const perSecond = median(rounds.map((round) => round.perSecond))
    const ratio = reference === null ? '' : `${(perSecond / reference).toFixed(2)} x bare Fastify`
    const refused = rounds.reduce((sum, round) => sum + round.refused, 0)
    const p99 = median(rounds.map((round) => round.p99Ms)).toFixed(1)
    const cpu = median(rounds.map((round) => round.cpuUs)).toFixed(1)
    console.log(
      `  ${name.padEnd(10)} ${perSecond.toFixed(0).padStart(8)}/s  p99 ${p99} ms  CPU ${cpu.padStart(5)} us  ${ratio}${refused > 0 ? `  ${refused} REFUSED` : ''}`,
    )
  }
}

/** Logins at full load, with readers beside them; then refreshes, each session a chain of its own. */
async function signIns(): Promise<void> {
  const loggia = await startLoggia()
  const token = await register(loggia, 'reader')
  const names = Array.from({ length: 64 }, (_, index) => `person${index}`)
  for (const name of names) await register(loggia, name)
  const until = performance.now() + SECONDS * 1000
  const reading = wrk(
    {
      url: `${loggia.address}/api/v1/users/me`,
      headers: { authorization: `Bearer ${token}` },
      connections: 4,
    },
    SECONDS,
  )
  const logins = await Promise.all(
    names.slice(0, 32).map((name) => repeatUntil(until, () => login(loggia, name))),
  )
  const { p50Ms, p99Ms, perSecond } = await reading
  console.log(
    `\nlogins (argon2id 19 MiB, 2, 1; session stored, fsync)\n  ${(sum(logins) / SECONDS).toFixed(0)}/s`,
  )
  console.log(
    `  meanwhile 4 readers: ${perSecond.toFixed(0)}/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`,
  )

  const chain = await Promise.all(names.map(async (name) => (await login(loggia, name)).refresh_token))
  // More tokens than connections: one is always free, whichever answer comes first.
  const refreshing = { url: `${loggia.address}/api/v1/auth/refresh`, method: 'POST', headers: json, chain }
  const refreshes = await wrk({ ...refreshing, connections: chain.length / 2 }, SECONDS)
  console.log(
    `\nrefreshes with rotation (SQLite, fsync)\n  ${refreshes.perSecond.toFixed(0)}/s from ${chain.length} sessions, p99 ${refreshes.p99Ms.toFixed(1)} ms${refreshes.refused > 0 ? `, ${refreshes.refused} REFUSED` : ''}`,
  )
  await loggia.stop()
}

async function repeatUntil(until: number, work: () => Promise<unknown>): Promise<number> {
  let count = 0
  for (; performance.now() < until; count += 1) await work()
  return count
}

async function register(loggia: Server, username: string): Promise<string> {
  return (await post(loggia, '/api/v1/auth/register', { username, password: PASSWORD })).access_token
}

function login(loggia: Server, username: string) {
  return post(loggia, '/api/v1/auth/login', { username, password: PASSWORD })
}

async function post({ address }: Server, path: string, body: object) {
  const answer = await fetch(address + path, { method: 'POST', headers: json, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return answer.json() as Promise<{ access_token: string; refresh_token: string }>
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
