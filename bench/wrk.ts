import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Load {
  url: string
  method?: string
  headers?: Record<string, string>
  body?: string
  /** A header whose value is new with each request: its name. */
  uniqueHeader?: string
  connections?: number
  /** Refresh tokens: each answer's token is the next request's, as a client's would be. */
  chain?: string[]
  /** What else the script of wrk says: a `request` or a `response` of its own. */
  lua?: string
}

export interface Result {
  perSecond: number
  p50Ms: number
  p99Ms: number
  refused: number
}

/** One thread of wrk for `seconds`; requests that were refused are counted, for they make a figure worthless. */
export async function wrk(load: Load, seconds: number): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'loggia-bench-'))
  const script = join(folder, 'load.lua')
  await writeFile(script, luaFor(load))
  const { connections = 64, url } = load
  const output = await run('wrk', [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--latency',
    '-s',
    script,
    url,
  ])
  await rm(folder, { recursive: true })
  return {
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1] ?? 0),
    p50Ms: toMs(/50%\s+([\d.]+)(us|ms|s)/.exec(output)),
    p99Ms: toMs(/99%\s+([\d.]+)(us|ms|s)/.exec(output)),
    refused: Number(/Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0),
  }
}

async function run(command: string, args: string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.on('error', () => {
    console.error('The bench needs wrk on the PATH (Debian: apt-get install wrk).')
    process.exit(1)
  })
  return text(child.stdout)
}

function luaFor({ method = 'GET', headers = {}, body, uniqueHeader, chain, lua }: Load): string {
  const lines = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[${quote(name)}] = ${quote(value)}`,
  )
  lines.push(`wrk.method = ${quote(method)}`)
  if (body !== undefined) lines.push(`wrk.body = ${quote(body)}`)
  if (uniqueHeader !== undefined) {
    lines.push(`local start = tostring(os.time()) .. tostring(os.clock())
local count = 0
request = function()
  count = count + 1
  wrk.headers[${quote(uniqueHeader)}] = start .. count
  return wrk.format()
end`)
  }
  if (chain !== undefined) lines.push(luaChain(chain))
  if (lua !== undefined) lines.push(lua)
  return lines.join('\n')
}

function luaChain(tokens: string[]): string {
  return `local tokens = {${tokens.map(quote).join(',')}}
request = function()
  wrk.body = '{"refresh_token":"' .. table.remove(tokens, 1) .. '"}'
  return wrk.format()
end
response = function(status, headers, body)
  tokens[#tokens + 1] = body:match('"refresh_token":"([^"]+)"')
end`
}

const quote = (text: string) => JSON.stringify(text)

function toMs(match: RegExpExecArray | null): number {
  const [, amount, unit] = match ?? []
  if (amount === undefined) return Number.NaN
  return Number(amount) * ({ us: 0.001, ms: 1, s: 1000 }[unit ?? 'ms'] ?? 1)
}
