import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { atFull, closeSide, type Measured, measure, openSide, type Side, steadily } from './stream-load.ts'
import {
  type StartStreamServer,
  streamingBroadcaster,
  streamingLoggia,
  streamingNchan,
} from './stream-servers.ts'

/** Live streams beside a bare broadcaster and nchan, in turns. About four minutes; what it means is in docs/guide/scaling.md. */
const SIZES = (process.env['STREAMS'] ?? '1,200,1000').split(',').map(Number)
const CROWD = Number(process.env['CROWD'] ?? 10_000)
const STORM = Number(process.env['STORM'] ?? 5_000)
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const SECONDS = Number(process.env['SECONDS'] ?? 2)
/** Alerts on their way at once, at full load. */
const WINDOW = 16
const STARTS: StartStreamServer[] = [streamingLoggia, streamingBroadcaster, streamingNchan]

await assertFilesEnough(Math.max(...SIZES, CROWD, STORM))
console.log(
  `Node ${process.version}, ${cpus().length} cores, readers in one process on the same machine, ${ROUNDS} rounds of ${SECONDS} s.`,
)
console.log(`Loggia: SQLite, an alert leaves after its fsync. The references store nothing.
us: of the processor, for each delivery; a million over that of the readers is what they can take in a second.`)
for (const size of SIZES) if (size > 0) await compare(size)
if (CROWD > 0) {
  console.log(`\n${CROWD} streams`)
  for (const start of STARTS) await crowd(start)
}
if (STORM > 0) await storm()

async function compare(size: number): Promise<void> {
  const sides = (await Promise.all(STARTS.map(openSide))).filter((side) => side !== null)
  const measured = new Map(sides.map((side) => [side, { steady: [], single: [], full: [] } as Rounds]))
  for (const { readers } of sides) await readers.open(size)
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [side, { steady }] of measured)
      steady.push(await measure(side, () => steadily(side, { perSecond: 20, count: 20 * SECONDS })))
    for (const [side, { single }] of measured)
      single.push(await measure(side, () => atFull(side, { window: 1, seconds: SECONDS })))
    for (const [side, { full }] of measured)
      full.push(await measure(side, () => atFull(side, { window: WINDOW, seconds: SECONDS })))
  }
  console.log(`\n${size} ${size === 1 ? 'stream' : 'streams'}`)
  for (const [side, { steady, single, full }] of measured) {
    console.log(
      `  ${side.server.name.padEnd(14)} ${[
        `20 alerts/s: ${latency(steady)}`,
        `one at a time: ${rate(single)}`,
        `${WINDOW} at once: ${rate(full)}`,
        `${(await side.server.residentMb()).toFixed(0)} MB`,
      ].join('; ')}${faultsIn([...steady, ...single, ...full])}`,
    )
    await closeSide(side)
  }
}

type Rounds = Record<'steady' | 'single' | 'full', Measured[]>

/** Each server by itself: a process may not have so many open files as all their readers together. */
async function crowd(start: StartStreamServer): Promise<void> {
  const side = await openSide(start)
  if (side === null) return
  const { server, readers } = side
  const emptyMb = await server.residentMb()
  const began = performance.now()
  await readers.open(CROWD)
  const openedSeconds = (performance.now() - began) / 1000
  await pause(3_000)
  const idleMb = await server.residentMb()
  const steady = await measure(side, () => steadily(side, { perSecond: 2, count: 10 }))
  const full = await measure(side, () => atFull(side, { window: WINDOW, seconds: SECONDS }))
  console.log(
    `  ${server.name.padEnd(14)} ${[
      `${emptyMb.toFixed(0)} MB, with all idle ${idleMb.toFixed(0)} MB, after the alerts ${(await server.residentMb()).toFixed(0)} MB`,
      `opened in ${openedSeconds.toFixed(1)} s`,
      `2 alerts/s: ${latency([steady])}`,
      `${WINDOW} at once: ${rate([full])}`,
    ].join('; ')}${faultsIn([steady, full])}`,
  )
  await closeSide(side)
}

/** All are cut at once and come back at once, while alerts go on. */
async function storm(): Promise<void> {
  const side = (await openSide(streamingLoggia)) as Side
  const { server, readers } = side
  await readers.open(STORM)
  await steadily(side, { perSecond: 1, count: 1 })
  await readers.report()
  const alerts = { perSecond: 10, count: 100 }
  const publishing = steadily(side, alerts)
  await pause(1_000)
  const began = performance.now()
  await readers.reconnect()
  const backSeconds = (performance.now() - began) / 1000
  await publishing
  const { deliveries, missed, repeated, gaps, cut } = await readers.report()
  console.log(
    `\n${STORM} streams cut at once, ${alerts.perSecond} alerts/s meanwhile\n  loggia         ${[
      `all back after ${backSeconds.toFixed(1)} s`,
      `${deliveries} of ${STORM * alerts.count} alerts came`,
      `${missed} missed, ${repeated} twice, ${gaps} gaps, ${cut} cut again`,
      `${(await server.residentMb()).toFixed(0)} MB`,
    ].join('; ')}`,
  )
  await closeSide(side)
}

function latency(rounds: Measured[]): string {
  return `p50 ${median(rounds, 'p50Ms').toFixed(1)} ms, p99 ${median(rounds, 'p99Ms').toFixed(1)} ms`
}

function rate(rounds: Measured[]): string {
  const [server, readers] = [median(rounds, 'serverUs'), median(rounds, 'readersUs')]
  return `${median(rounds, 'perSecond').toFixed(0)}/s (${server.toFixed(1)} us, readers ${readers.toFixed(1)} us)`
}

function faultsIn(rounds: Measured[]): string {
  const faults = rounds.reduce((sum, round) => sum + round.faults, 0)
  return faults === 0 ? '' : `  ${faults} MISSED, REPEATED OR CUT`
}

function median(rounds: Measured[], what: keyof Measured): number {
  const values = rounds.map((round) => round[what]).sort((a, b) => a - b)
  return values[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Node has raised the limit as far as it may, here as in the servers. */
async function assertFilesEnough(streams: number): Promise<void> {
  const limits = await readFile('/proc/self/limits', 'utf8')
  const filesMax = Number(/^Max open files\s+\d+\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY)
  if (filesMax > streams + 200) return
  console.error(`${streams} streams need ${streams + 200} open files; "ulimit -Hn" says ${filesMax}.`)
  process.exit(1)
}
