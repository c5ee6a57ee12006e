import { useSyncExternalStore } from 'react'

let steps = 0
const listeners = new Set<() => void>()
addEventListener('popstate', tellAll)

/** The path that is shown. */
export function usePath(): string {
  return useSyncExternalStore(onChange, () => location.pathname)
}

export function navigate(href: string, { replace = false } = {}): void {
  if (href === location.pathname + location.search) return
  history[replace ? 'replaceState' : 'pushState'](null, '', href)
  if (!replace) scrollTo(0, 0)
  tellAll()
}

/** False for the page that the browser opened itself. */
export function hasStepped(): boolean {
  return steps > 0
}

function onChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tellAll(): void {
  steps += 1
  for (const listener of listeners) listener()
}
