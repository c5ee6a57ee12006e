import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
addEventListener('popstate', tellAll)

/** The path that is shown. */
export function usePath(): string {
  return useSyncExternalStore(onChange, () => location.pathname)
}

export function useSearch(): URLSearchParams {
  return new URLSearchParams(useSyncExternalStore(onChange, () => location.search))
}

export function navigate(href: string, { replace = false } = {}): void {
  if (href === location.pathname + location.search) return
  history[replace ? 'replaceState' : 'pushState'](null, '', href)
  if (!replace) scrollTo(0, 0)
  tellAll()
}

function onChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tellAll(): void {
  for (const listener of listeners) listener()
}
