import { conflict } from '../../kit/errors.ts'
import { isUniqueViolation } from '../../platform/database/index.ts'

/** Two names that a reader would take for one have the same key. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ')
}

/** Throws `store_name_taken` or `tag_name_taken` when the database has the name already. */
export async function claimName<Result>(noun: 'store' | 'tag', save: () => Promise<Result>): Promise<Result> {
  try {
    return await save()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    const detail = noun === 'store' ? 'Another store has this name.' : 'This store has a tag of this name.'
    throw conflict(`${noun}_name_taken`, detail, [{ pointer: '/name', detail }])
  }
}
