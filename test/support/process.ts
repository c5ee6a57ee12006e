import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Caller, callerOf } from './call.ts'
import { openInstallation, settingsFor } from './installation.ts'

const MAIN = fileURLToPath(new URL('../../bin/loggia.js', import.meta.url))
const DEADLINE_MS = 30_000

export interface Ended {
  code: number | null
  signal: string | null
  stdout: string
  stderr: string
}

export interface Process {
  pid: number
  /** Resolves with what the pattern found on standard output; throws when the process ends first, or at the deadline. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** Standard output so far. */
  told(): string
  end(signal: NodeJS.Signals): Promise<Ended>
  ended: Promise<Ended>
}

export interface ServerProcess extends Process {
  address: string
  call: Caller
}

type Settings = Record<string, string>

/** `loggia ...` with these settings, those of the installation in `DATA_DIR`, and no others. */
export function startProcess(args: string[], settings: Settings, input = ''): Process {
  return startScript(MAIN, args, { settings: { ...settingsFor(settings['DATA_DIR']), ...settings }, input })
}

/** Any program of ours, with these settings and no others. */
export function startScript(
  path: string,
  args: string[],
  { settings, input = '' }: { settings: Settings; input?: string },
): Process {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [path, ...args], { env: { PATH, HOME, ...settings } })
  const told = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      told[stream] += text
    })
  }
  child.stdin.end(input)
  const ended = endOf(child, told)

  return {
    pid: child.pid as number,
    ended,
    told: () => told.stdout,
    async line(pattern) {
      const gone = ended.then(({ code, stderr }) => {
        if (!pattern.test(told.stdout)) throw new Error(`Ended with ${code}: ${told.stdout}${stderr}`)
      })
      await Promise.race([eventually(() => pattern.test(told.stdout)), gone])
      return pattern.exec(told.stdout) as RegExpExecArray
    },
    end(signal) {
      child.kill(signal)
      return ended
    },
  }
}

async function endOf(child: ChildProcess, told: { stdout: string; stderr: string }): Promise<Ended> {
  const [code, signal] = await once(child, 'close')
  return { code, signal, ...told }
}

/** A command seen through to its end. */
export function runCommand(args: string[], settings: Settings, input?: string): Promise<Ended> {
  return startProcess(args, { LOG_LEVEL: 'warn', ...settings }, input).ended
}

/** A server that is ready: on a free port, without a rate limit. */
export async function startServer(settings: Settings): Promise<ServerProcess> {
  const server = startProcess(['serve'], { PORT: '0', LOG_LEVEL: 'warn', RATE_LIMIT: 'off', ...settings })
  const [, address = ''] = await server.line(/ready at (\S+)\n[\s\S]*\/docs\n/)
  return { ...server, address, call: callerOf(address) }
}

/** An installation of its own for the time of `use`. */
export async function withFolder(use: (dataDir: string) => Promise<void>): Promise<void> {
  const { path, remove } = await openInstallation()
  try {
    await use(path)
  } finally {
    await remove()
  }
}

/** Looks until `holds`, for what another process does and tells nobody. Throws at the deadline. */
export async function eventually(holds: () => boolean | Promise<boolean>, withinMs = DEADLINE_MS) {
  const deadline = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`Still not so after ${withinMs} ms: ${holds}`)
    await pause(10)
  }
}
