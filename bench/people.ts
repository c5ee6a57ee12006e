import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A hash that nobody signs in with. */
const HASH = `$2b$10$${'a'.repeat(53)}`
const GIVEN_NAMES = ['Анна', 'José', 'Jürgen', 'Ελένη', 'John', 'Łukasz', 'Ольга', 'Chloé']
const LOCALES = ['en', 'es', 'ru']

export type Call = (path: string, method?: string, body?: object) => Promise<Response>

export function caller(address: string, token: string): Call {
  return async (path, method = 'GET', body) => {
    const answer = await fetch(`${address}/api/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}

/** People whose profiles all differ: names in three scripts, three languages, statistics of their own. Returns their ids. */
export async function importPeople(dataDir: string, call: Call, count: number): Promise<number[]> {
  const lines = Array.from({ length: count }, (_, index) => JSON.stringify(personOf(index)))
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const importing = spawn(process.execPath, [main, 'admin', 'import'], {
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, LOG_LEVEL: 'silent' },
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  importing.stdin.end(lines.join('\n'))
  const [code] = await once(importing, 'exit')
  if (code !== 0) throw new Error('The people could not be imported.')
  const ids = await idsOf(call)
  for (const [index, id] of ids.entries()) {
    await call(`users/${id}`, 'PATCH', { locale: LOCALES[index % LOCALES.length] })
    await call(`users/${id}/stats`, 'PATCH', statsOf(index))
  }
  return ids
}

function personOf(index: number) {
  const username = `${GIVEN_NAMES[index % GIVEN_NAMES.length]}-${index}`
  return { username, email: `person${index}@example.org`, password_hash: HASH }
}

export function statsOf(index: number) {
  const session_count = 100 + index
  return {
    session_count,
    victory_count: 40 + (index % 50),
    loss_count: index % 50,
    total_time: 3_600 * index + 61,
  }
}

async function idsOf(call: Call): Promise<number[]> {
  const ids: number[] = []
  let cursor: string | null = null
  do {
    const page = await call(
      `users?limit=100${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    const { items, next_cursor } = (await page.json()) as {
      items: { id: number }[]
      next_cursor: string | null
    }
    ids.push(...items.map(({ id }) => id))
    cursor = next_cursor
  } while (cursor !== null)
  return ids
}
