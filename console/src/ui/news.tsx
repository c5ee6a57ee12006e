import { useEffect, useSyncExternalStore } from 'react'

const SHOWN_MS = 5_000
const listeners = new Set<() => void>()
let sentence = ''

/** Says in passing, to eyes and to screen readers, what has been done. */
export function tell(news: string): void {
  sentence = news
  for (const listener of listeners) listener()
}

export function News() {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => sentence,
  )
  useEffect(() => {
    if (current === '') return
    const timer = setTimeout(() => tell(''), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [current])
  return (
    <p className="news" role="status">
      {current}
    </p>
  )
}
