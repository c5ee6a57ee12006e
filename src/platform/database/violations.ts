const UNIQUE = [2067, 1555, '23505']
const FOREIGN_KEY = [787, '23503']

/** Did the statement fail because such a record stands already? */
export function isUniqueViolation(error: unknown): boolean {
  return UNIQUE.includes(codeOf(error))
}

/** Did the statement fail because the record it points to is gone, or is still pointed to? */
export function isForeignKeyViolation(error: unknown): boolean {
  return FOREIGN_KEY.includes(codeOf(error))
}

/** SQLite's extended result code, or PostgreSQL's SQLSTATE. */
function codeOf(error: unknown): number | string {
  const { errcode, code } = (error ?? {}) as { errcode?: number; code?: string }
  return errcode ?? code ?? 0
}
