const listeners = new Set<() => void>()
let failure: Error | null = null

/** Of work that has no place of its own to say that it failed. */
export const passingFailure = {
  current: () => failure,
  onChange(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
}

export function showFailure(error: Error | null): void {
  failure = error
  for (const listener of listeners) listener()
}
