import { type FieldError, LoggiaError } from '../../kit/errors.ts'
import type { Column } from './sheet.ts'

/** An answer must not grow with what is wrong. */
const TOLD_MAX = 100

/** What is wrong with a sheet, by line and column. */
export function createFaults() {
  const told: FieldError[] = []
  let count = 0

  return {
    /** `detail` ends the sentence "Line 3, price: ...". */
    add(line: number, column: Column | null, detail: string): void {
      count += 1
      if (told.length === TOLD_MAX) return
      const place = column === null ? `Line ${line}` : `Line ${line}, ${column}`
      told.push({
        pointer: column === null ? `/${line}` : `/${line}/${column}`,
        detail: `${place}: ${detail}`,
      })
    },

    /** Throws `import_refused` if there are any. */
    assertNone(): void {
      if (count === 0) return
      const places = count === 1 ? '1 place' : `${count} places`
      const which = count > told.length ? `The first ${told.length} are told. ` : ''
      const sentence = `The sheet is wrong in ${places}. ${which}Nothing was imported.`
      throw new LoggiaError('invalid', 'import_refused', sentence, { errors: told })
    },
  }
}

export type Faults = ReturnType<typeof createFaults>
