import { setTimeout as pause } from 'node:timers/promises'
import { DatabaseError } from 'pg'
import { connectAlone, STANDBY } from './postgres-pool.ts'

/** Long enough for a server that starts together with us, as after a power cut. */
const WAIT_MS = 30_000
const LOOK_EVERY_MS = 500
/** Password, name or right: waiting does not mend them. */
const REFUSED_CLASSES = ['28', '3D', '42']

interface Server {
  encoding: string
  synchronous_commit: string
  standby: boolean
}

/**
 * Waits for a server that does not answer yet, and tells so once. Throws a sentence when it does not come, refuses us, or
 * cannot keep what we give it. Resolves with the settings that each connection needs besides its own.
 */
export async function untilItAnswers(
  url: string,
  onError: (error: unknown) => void,
): Promise<{ options?: string }> {
  const deadline = performance.now() + WAIT_MS
  const where = whereOf(url)
  for (let told = false; ; told = true) {
    try {
      return settingsFor(await look(url))
    } catch (error) {
      const why = reasonOf(error)
      if (isFinal(error)) throw new Error(`The PostgreSQL at ${where} cannot be used: ${why}`)
      if (performance.now() > deadline) throw new Error(`The PostgreSQL at ${where} does not answer: ${why}`)
      if (!told)
        onError(new Error(`The PostgreSQL at ${where} does not answer yet (${why}). Waiting for it.`))
      await pause(LOOK_EVERY_MS)
    }
  }
}

async function look(url: string): Promise<Server> {
  const client = await connectAlone(url)
  try {
    const settings = `current_setting('server_encoding') as encoding, current_setting('synchronous_commit') as synchronous_commit`
    const asked = await client.query<Server>(`select ${settings}, pg_is_in_recovery() as standby`)
    const server = asked.rows[0] as Server
    if (server.standby) throw new Error(STANDBY)
    return server
  } finally {
    await client.end()
  }
}

/** What is acknowledged is on disk, also where the server would rather be quick; one that waits for more than its disk may. */
function settingsFor({ encoding, synchronous_commit }: Server): { options?: string } {
  if (encoding !== 'UTF8')
    throw new Unfit(`its encoding is ${encoding}, and it takes UTF8 to keep every script.`)
  return synchronous_commit === 'off' ? { options: '-c synchronous_commit=on' } : {}
}

class Unfit extends Error {}

function isFinal(error: unknown): boolean {
  return (
    error instanceof Unfit ||
    (error instanceof DatabaseError && REFUSED_CLASSES.includes(error.code?.slice(0, 2) ?? ''))
  )
}

/** A host that has several addresses fails with one error for each, and no words of its own. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { message: string; code?: string }
  return message || code || 'no reason given'
}

/** Without name and password. */
function whereOf(url: string): string {
  const { hostname, port, pathname } = new URL(url)
  return `${hostname || 'localhost'}:${port || 5432}${pathname}`
}
