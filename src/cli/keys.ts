import type { Loggia } from '../app.ts'
import { type Call, printJson } from './command.ts'
import { usageError } from './exit.ts'
import { table } from './table.ts'
import { withLoggia } from './with-loggia.ts'

export function createKey(call: Call): Promise<number> {
  const [username, name, ...scopes] = call.words
  return withLoggia(call, async (loggia) => {
    if (!name || scopes.length === 0) throw usageError('Say whose key, its name and its scopes.')
    const made = await loggia.apiKeys.create(await ownerOf(loggia, username), { name, scopes })
    if (call.options['json']) return printJson(made)
    process.stderr.write(`Made the key ${made.id}. It is shown this once:\n`)
    process.stdout.write(`${made.key}\n`)
  })
}

export function listKeys(call: Call): Promise<number> {
  return withLoggia(call, async (loggia) => {
    const list = await loggia.apiKeys.list(await ownerOf(loggia, call.words[0]))
    if (call.options['json']) return printJson(list)
    const rows = list.items.map(({ id, name, scopes, last_used_at }) => [
      String(id),
      name,
      scopes.join(' '),
      last_used_at ?? 'never',
    ])
    process.stdout.write(table(['id', 'name', 'scopes', 'last used'], rows))
  })
}

export function revokeKey(call: Call): Promise<number> {
  const [username, id = ''] = call.words
  return withLoggia(call, async (loggia) => {
    if (!/^\d{1,15}$/.test(id)) throw usageError('Say whose key, and its id as "keys list" shows it.')
    await loggia.apiKeys.revoke(await ownerOf(loggia, username), Number(id))
    if (call.options['json']) return printJson({ id: Number(id), revoked: true })
    process.stdout.write(`Revoked the key ${id}.\n`)
  })
}

function ownerOf({ callerNamed }: Loggia, username: string | undefined) {
  if (!username) throw usageError('Say whose keys: a username or e-mail address.')
  return callerNamed(username)
}
