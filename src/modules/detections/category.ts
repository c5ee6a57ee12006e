import { fold } from '../../kit/fold.ts'

/** `SUV, Wagon` -> `suv`, `wagon`. */
export function partKeysOf(category: string): string[] {
  const keys = fold(category)
    .split(',')
    .map((part) => part.trim())
  return [...new Set(keys)].filter((key) => key !== '')
}
