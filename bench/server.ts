import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Server {
  address: string
  /** From the start of the process to its first 200, in milliseconds. */
  startMs: number
  residentMb(): Promise<number>
  /** Of the processes that it started, too. */
  wholeMb(): Promise<number>
  /** Spent since its start, by the process alone. */
  cpuSeconds(): Promise<number>
  /** The same of the processes that it started and that still run. */
  childrenCpuSeconds(): Promise<number>
  stop(): Promise<void>
}

export async function startLoggia(
  settings: Record<string, string> = {},
): Promise<Server & { dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loggia-bench-data-'))
  const env = { PORT: '0', DATA_DIR: dataDir, RATE_LIMIT: 'off', LOG_LEVEL: 'silent', ...settings }
  const server = await start(['../bin/loggia.js', 'serve'], env)
  return {
    ...server,
    dataDir,
    async stop() {
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export function startReference(kind: 'raw' | 'fastify' | 'broadcaster'): Promise<Server> {
  return start([`./reference-${kind}.ts`], {})
}

export function startListReference(redisUrl: string): Promise<Server> {
  return start(['./reference-list.ts'], { REDIS_URL: redisUrl })
}

async function start([file = '', ...args]: string[], settings: Record<string, string>): Promise<Server> {
  const began = performance.now()
  const path = fileURLToPath(new URL(file, import.meta.url))
  const child = spawn(process.execPath, [path, ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const address = await addressFrom(child)
  await fetch(`${address}/livez`)
  const startMs = performance.now() - began
  return {
    address,
    startMs,
    ...watchProcess(child),
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

async function addressFrom(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The server has no output.')
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /ready at (http:\S+)/.exec(line)?.[1]
    if (address !== undefined) return address
  }
  throw new Error('The server ended before it was ready.')
}

type Watch = 'residentMb' | 'wholeMb' | 'cpuSeconds' | 'childrenCpuSeconds'

/** What Linux tells of a process. */
export function watchProcess({ pid }: ChildProcess): Pick<Server, Watch> {
  return {
    residentMb: () => residentMb(pid),
    async wholeMb() {
      return sumOf([pid, ...(await childrenOf(pid))], residentMb)
    },
    cpuSeconds: () => cpuSeconds(pid),
    async childrenCpuSeconds() {
      return sumOf(await childrenOf(pid), cpuSeconds)
    },
  }
}

type Pid = number | undefined

async function sumOf(pids: Pid[], measure: (pid: Pid) => Promise<number>): Promise<number> {
  return (await Promise.all(pids.map(measure))).reduce((sum, one) => sum + one, 0)
}

async function childrenOf(pid: Pid): Promise<number[]> {
  const pids = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return pids.trim().split(' ').filter(Boolean).map(Number)
}

async function residentMb(pid: Pid): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024
}

async function cpuSeconds(pid: Pid): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  // After the name, which may hold anything, user and system time are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
}

/** USER_HZ, the same on every Linux that Node runs on. */
const TICKS_A_SECOND = 100
