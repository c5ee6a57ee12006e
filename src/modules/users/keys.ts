import { conflict, invalid } from '../../kit/errors.ts'
import { isUniqueViolation, type TransactionOf } from '../../platform/database/index.ts'
import type { UserTables } from './tables.ts'

type Keys = Pick<UserTables['users'], 'username_key' | 'email_key'>

/** What makes a name and an address somebody's own. Throws for a name that nobody could see. */
export function keysOf({ username, email }: { username: string; email: string | null }): Keys {
  const username_key = nameKey(username)
  if (username_key === '')
    throw invalid([{ pointer: '/username', detail: 'must have a character that can be seen' }])
  return { username_key, email_key: email === null ? null : emailKey(email) }
}

/**
 * What all spellings of one name share: compatible forms (NFKC), case both ways (`ß` is `SS`), any space as one, and nothing
 * of what cannot be seen.
 */
export function nameKey(username: string): string {
  const visible = username.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '')
  const folded = visible.toUpperCase().toLowerCase().normalize('NFKC')
  return folded.replace(/[\s\u2800]+/gu, ' ').trim()
}

export function emailKey(email: string): string {
  return email.toLowerCase()
}

/** Both are taken at sign-in, so nobody may be named as another is addressed: they would stand in that one's way. */
export async function assertDistinct(tx: TransactionOf<UserTables>, keys: Keys, ownId = 0): Promise<void> {
  const others = tx.selectFrom('users').where('id', '!=', ownId).select('id')
  const { username_key, email_key } = keys
  if (await others.where('email_key', '=', username_key).executeTakeFirst()) throw taken('username')
  if (email_key !== null && (await others.where('username_key', '=', email_key).executeTakeFirst()))
    throw taken('email')
}

/** Both drivers name the column in the message of the violation. */
export function toConflict(error: unknown): unknown {
  if (!isUniqueViolation(error)) return error
  return taken(String((error as Error).message).includes('email_key') ? 'email' : 'username')
}

function taken(member: 'email' | 'username') {
  const detail = member === 'email' ? 'Another account has this address.' : 'Another account has this name.'
  return conflict(`${member}_taken`, detail, [{ pointer: `/${member}`, detail }])
}
