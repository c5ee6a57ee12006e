const SQLITE_UNIQUE = [2067, 1555]
const SQLITE_FOREIGN_KEY = 787

/** Did the statement fail because such a record stands already? */
export function isUniqueViolation(error: unknown): boolean {
  return SQLITE_UNIQUE.includes(errcodeOf(error))
}

/** Did the statement fail because the record it points to is gone, or is still pointed to? */
export function isForeignKeyViolation(error: unknown): boolean {
  return errcodeOf(error) === SQLITE_FOREIGN_KEY
}

function errcodeOf(error: unknown): number {
  return (error as { errcode?: number }).errcode ?? 0
}
