import { LRUCache } from 'lru-cache'
import { fold } from '../../kit/fold.ts'

/** Producers name few of them, and each is asked for by the index, the rules and the counts. */
const kept = new LRUCache<string, string[]>({ max: 1000 })

/** `SUV, Wagon` -> `suv`, `wagon`. */
export function partKeysOf(category: string): readonly string[] {
  const known = kept.get(category)
  if (known !== undefined) return known
  const parts = fold(category)
    .split(',')
    .map((part) => part.trim())
  const keys = [...new Set(parts)].filter((key) => key !== '')
  kept.set(category, keys)
  return keys
}
