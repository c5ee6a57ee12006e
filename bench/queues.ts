import { cpus } from 'node:os'
import { BATCH, counts, HUNDRED, pushes, type QueueLoad, receives, takes } from './queue-loads.ts'
import { openTargets, type Target } from './queue-targets.ts'
import { measureWakeUps } from './queue-wake-ups.ts'
import { wrk } from './wrk.ts'

/** Medians of interleaved rounds, to be quoted as ratios; an absolute figure belongs to one machine on one day. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const SECONDS = Number(process.env['SECONDS'] ?? 2)
const LEVELS = (process.env['WAITING'] ?? '1000,10000,1000000').split(',').map(Number)
/** More than a round takes. */
const ENOUGH = 100_000 * SECONDS
/** Of `TARGETS`, those whose figures are quoted. */
const QUOTED = 'list,sqlite,postgres,redis-everysec,redis-always'
const json = { 'content-type': 'application/json' }

interface Round {
  perSecond: number
  p99Ms: number
  refused: number
  cpuMicros: number
}

console.log(
  `Node ${process.version}, ${cpus().length} cores, ${ROUNDS} rounds of ${SECONDS} s, wrk with 64 connections (16 for batches) on the same machine`,
)
const targets = await openTargets((process.env['TARGETS'] ?? QUOTED).split(','))
const queues = targets.filter((target) => !target.name.startsWith('Fastify'))
try {
  for (const load of pushes('bench')) await compare(load)
  for (const level of LEVELS) await compare(receives(`level-${level}`, level))
  for (const load of takes('bench', ENOUGH)) await compare(load)
  for (const load of counts('counted', 1_000)) await compare(load)
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

async function run(target: Target, load: QueueLoad): Promise<Round> {
  const { server, headers, name } = target
  const before = await server.cpuSeconds()
  const url = server.address + load.address
  const request = { ...load.load, headers: { ...headers, ...load.load.headers }, url }
  const { perSecond, p99Ms, refused } = await wrk(request, SECONDS)
  const cpuSeconds = (await server.cpuSeconds()) - before
  if (load.waiting !== undefined && (await waitingIn(target, load.queue)) === 0)
    throw new Error(`${name}: "${load.title}" ran out of messages.`)
  return {
    perSecond: perSecond * load.perRequest,
    p99Ms,
    refused,
    cpuMicros: (cpuSeconds / (perSecond * SECONDS)) * 1e6,
  }
}

async function fill(target: Target, queue: string, wanted: number): Promise<void> {
  const url = `${target.server.address}/api/v1/queues/${queue}/messages`
  const request = { method: 'POST', headers: { ...target.headers, ...json }, body: HUNDRED }
  let missing = wanted - (await waitingIn(target, queue))
  async function pushSome(): Promise<void> {
    while (missing > 0) {
      missing -= BATCH
      await (await fetch(url, request)).arrayBuffer()
    }
  }
  await Promise.all([pushSome(), pushSome(), pushSome(), pushSome()])
}

/** 0 when nobody has pushed there yet. */
async function waitingIn({ server, headers }: Target, queue: string): Promise<number> {
  const answer = await fetch(`${server.address}/api/v1/queues/${queue}`, { headers })
  return ((await answer.json()) as { waiting?: number }).waiting ?? 0
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
    const refused = rounds.reduce((sum, round) => sum + round.refused, 0)
    const more = `p99 ${of((round) => round.p99Ms).toFixed(1)} ms  CPU ${of((round) => round.cpuMicros).toFixed(0)} us/request${refused > 0 ? `  ${refused} REFUSED` : ''}`
    console.log(`  ${name.padEnd(62)} ${perSecond.toFixed(0).padStart(8)}/s  ${ratio.padEnd(12)} ${more}`)
  }
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
