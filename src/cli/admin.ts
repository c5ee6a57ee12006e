import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { type Loggia, openLoggia } from '../app.ts'
import type { Config } from '../config.ts'
import { createLogger } from './serve.ts'

export function migrateOnly(config: Config): Promise<number> {
  return withLoggia(config, async () => {})
}

export function createAdmin(config: Config, [username, email = null]: (string | null)[]): Promise<number> {
  return withLoggia(config, async ({ registration }) => {
    if (!username) throw new Error('Name the administrator: admin create <username> [e-mail].')
    const password = (await text(process.stdin)).replace(/\r?\n$/, '')
    if (password === '') throw new Error('Give the password on standard input.')
    const newcomer = { username, email, gender: null, role: 'admin' as const, locale: 'en' }
    const { id } = await registration.createAccount(newcomer, { password })
    process.stdout.write(`Made the administrator ${username} with the id ${id}.\n`)
  })
}

/** Each line for itself: those that cannot be taken are named, the others are in. */
export function importAccounts(config: Config, [path]: string[]): Promise<number> {
  return withLoggia(config, async ({ registration }) => {
    const input = path === undefined ? process.stdin : (await open(path)).createReadStream()
    let taken = 0
    let line = 0
    const refused: string[] = []
    for await (const json of createInterface({ input })) {
      line += 1
      if (json.trim() === '') continue
      try {
        await registration.importAccount(JSON.parse(json))
        taken += 1
      } catch (error) {
        refused.push(`line ${line}: ${(error as Error).message}`)
      }
    }
    process.stdout.write(`${taken} accounts taken over, ${refused.length} refused.\n`)
    if (refused.length > 0) throw new Error(refused.join('\n'))
  })
}

export function rotateKeys(config: Config): Promise<number> {
  return withLoggia(config, ({ keys }) => keys.rotate())
}

async function withLoggia(config: Config, work: (loggia: Loggia) => Promise<void>): Promise<number> {
  const loggia = await openLoggia(config, createLogger(config))
  try {
    await work(loggia)
    return 0
  } finally {
    await loggia.close()
  }
}
