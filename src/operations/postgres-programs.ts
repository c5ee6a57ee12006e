import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { sql } from 'kysely'
import type { Moment } from '../platform/database/index.ts'

type Env = Record<string, string | undefined>

/** A name under which another connection sees the same moment, for as long as this one lasts. */
export async function exportSnapshot({ tx }: Moment): Promise<string> {
  const { rows } = await sql<{ name: string }>`select pg_export_snapshot() as name`.execute(tx)
  return String(rows[0]?.name)
}

export async function dumpDatabase({
  url,
  path,
  snapshot,
  env,
}: {
  url: string
  path: string
  snapshot: string
  env: Env
}): Promise<void> {
  const args = [
    '--format=custom',
    '--no-owner',
    '--no-privileges',
    `--snapshot=${snapshot}`,
    `--file=${path}`,
  ]
  await runProgram('pg_dump', { args, url, env })
}

/** Whole or not at all. */
export async function restoreDump({
  url,
  path,
  env,
}: {
  url: string
  path: string
  env: Env
}): Promise<void> {
  const args = ['--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges', path]
  await runProgram('pg_restore', { args, url, env })
}

/** The password goes by the environment: arguments are in every list of processes. */
async function runProgram(
  program: string,
  { args, url, env }: { args: string[]; url: string; env: Env },
): Promise<void> {
  const address = new URL(url)
  const password = decodeURIComponent(address.password)
  address.password = ''
  const child = spawn(program, [`--dbname=${address.href}`, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...env, ...(password === '' ? {} : { PGPASSWORD: password }) },
  })
  const told = text(child.stderr)
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? missing(program) : error),
    )
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} failed:\n${(await told).trimEnd()}`)
}

function missing(program: string): Error {
  return new Error(
    `${program} is not installed here. It comes with PostgreSQL's client (postgresql-client on Debian and Ubuntu), of the server's version or newer.`,
  )
}
