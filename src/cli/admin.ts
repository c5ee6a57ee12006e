import { open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { type Call, printJson } from './command.ts'
import { usageError } from './exit.ts'
import { withLoggia } from './with-loggia.ts'

export function createAdmin(call: Call): Promise<number> {
  const [username, email = null] = call.words
  if (!username) throw usageError('Name the administrator: admin create <username> [e-mail].')
  return withLoggia(call, async ({ registration }) => {
    if (process.stdin.isTTY)
      process.stderr.write('The password, then Enter and Ctrl-D (it shows as you type):\n')
    const password = (await text(process.stdin)).replace(/\r?\n$/, '')
    if (password === '') throw usageError('Give the password on standard input.')
    const newcomer = { username, email, gender: null, role: 'admin' as const, locale: 'en' }
    const { id } = await registration.createAccount(newcomer, { password })
    if (call.options['json']) return printJson({ id, username })
    process.stdout.write(`Made the administrator ${username} with the id ${id}.\n`)
  })
}

/** Each line for itself: those that cannot be taken are named, the others are in. */
export function importAccounts(call: Call): Promise<number> {
  const [path] = call.words
  return withLoggia(call, async ({ registration }) => {
    const input = path === undefined ? process.stdin : (await open(path)).createReadStream()
    let taken = 0
    let line = 0
    const refused: { line: number; reason: string }[] = []
    for await (const json of createInterface({ input })) {
      line += 1
      if (json.trim() === '') continue
      try {
        await registration.importAccount(JSON.parse(json))
        taken += 1
      } catch (error) {
        refused.push({ line, reason: (error as Error).message })
      }
    }
    if (call.options['json']) printJson({ taken, refused })
    else process.stdout.write(`${taken} accounts taken over, ${refused.length} refused.\n`)
    if (refused.length > 0)
      throw new Error(refused.map(({ line: at, reason }) => `line ${at}: ${reason}`).join('\n'))
  })
}

export function rotateKeys(call: Call): Promise<number> {
  return withLoggia(call, ({ keys }) => keys.rotate())
}
