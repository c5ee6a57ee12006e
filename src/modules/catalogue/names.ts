import { conflict } from '../../kit/errors.ts'
import { fold, foldAccents } from '../../kit/fold.ts'
import { isUniqueViolation } from '../../platform/database/index.ts'

/** Two names that a reader would take for one have the same key. */
export function nameKey(name: string): string {
  return fold(name).replace(/\s+/g, ' ')
}

/** Letters that names are told apart by in a list; engines bound what an index holds of one. */
const SORT_KEY_LETTERS = 100

export function sortKey(name: string): string {
  return [...foldAccents(name)].slice(0, SORT_KEY_LETTERS).join('')
}

const TAKEN = {
  store_name_taken: ['/name', 'Another store has this name.'],
  tag_name_taken: ['/name', 'This store has a tag of this name.'],
  external_id_taken: ['/external_id', 'Another item of this store has this external id.'],
} as const

/** Throws `code` when the database has that already. */
export async function claim<Result>(code: keyof typeof TAKEN, save: () => Promise<Result>): Promise<Result> {
  try {
    return await save()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const [pointer, detail] = TAKEN[code]
    throw conflict(code, detail, [{ pointer, detail }])
  }
}
