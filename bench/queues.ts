import { cpus } from 'node:os'
import { counts, HUNDRED, pushes, type QueueLoad, receives, takes } from './queue-loads.ts'
import { openTargets, type Target } from './queue-targets.ts'
import { measureWakeUps } from './queue-wake-ups.ts'
import { wrk } from './wrk.ts'

/** Medians of interleaved rounds, to be quoted as ratios; an absolute figure belongs to one machine on one day. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const SECONDS = Number(process.env['SECONDS'] ?? 2)
const LEVELS = (process.env['WAITING'] ?? '1000,10000,1000000').split(',').map(Number)
/** More than a round takes. */
const ENOUGH = 80_000 * SECONDS
const json = { 'content-type': 'application/json' }

interface Round {
  perSecond: number
  p99Ms: number
  cpuMicros: number
}

console.log(
  `Node ${process.version}, ${cpus().length} cores, ${ROUNDS} rounds of ${SECONDS} s, wrk with 64 connections (16 for batches) on the same machine`,
)
const targets = await openTargets(process.env['TARGETS']?.split(','))
const queues = targets.filter((target) => !target.name.startsWith('Fastify'))
try {
  for (const load of pushes('bench')) await compare(load)
  for (const level of LEVELS) await compare(receives(`level-${level}`, level))
  for (const load of takes('bench', ENOUGH)) await compare(load)
  await compare(counts(`level-${LEVELS[0]}`))
  await measureWakeUps(queues)
} finally {
  for (const target of targets) await target.stop()
}

async function compare(load: QueueLoad): Promise<void> {
  const taking = load.hasReference ? targets : queues
  const rounds = new Map<Target, Round[]>(taking.map((target) => [target, []]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const target of taking) {
      if (load.waiting !== undefined) await fill(target, load.queue, load.waiting)
      rounds.get(target)?.push(await run(target, load))
    }
  }
  report(load.title, rounds)
}

async function run({ server, headers, name }: Target, load: QueueLoad): Promise<Round> {
  const { queue, path = '', perRequest } = load
  const before = await server.cpuSeconds()
  const url = `${server.address}/api/v1/queues/${queue}${path}`
  const result = await wrk({ ...load.load, headers: { ...headers, ...load.load.headers }, url }, SECONDS)
  const requests = result.perSecond * SECONDS
  if (result.refused > 0) console.log(`  ${name}: ${result.refused} REFUSED`)
  return {
    perSecond: result.perSecond * perRequest,
    p99Ms: result.p99Ms,
    cpuMicros: (((await server.cpuSeconds()) - before) / requests) * 1e6,
  }
}

async function fill({ server, headers }: Target, queue: string, wanted: number): Promise<void> {
  const url = `${server.address}/api/v1/queues/${queue}`
  const answer = await fetch(url, { headers })
  const { waiting = 0 } = (await answer.json()) as { waiting?: number }
  let missing = wanted - waiting
  async function pushSome(): Promise<void> {
    for (; missing > 0; missing -= 100) {
      const request = { method: 'POST', headers: { ...headers, ...json }, body: HUNDRED }
      await (await fetch(`${url}/messages`, request)).arrayBuffer()
    }
  }
  await Promise.all([pushSome(), pushSome(), pushSome(), pushSome()])
}

function report(title: string, all: Map<Target, Round[]>): void {
  console.log(`\n${title}`)
  const reference = [...all].find(([target]) => target.isReference)
  for (const [{ name }, rounds] of all) {
    const of = (pick: (round: Round) => number) => median(rounds.map(pick))
    const perSecond = of((round) => round.perSecond)
    const ratio = reference
      ? `${(perSecond / median(reference[1].map((round) => round.perSecond))).toFixed(2)} x list`
      : ''
    const more = `p99 ${of((round) => round.p99Ms).toFixed(1)} ms  CPU ${of((round) => round.cpuMicros).toFixed(0)} us/request`
    console.log(`  ${name.padEnd(62)} ${perSecond.toFixed(0).padStart(8)}/s  ${ratio.padEnd(12)} ${more}`)
  }
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
