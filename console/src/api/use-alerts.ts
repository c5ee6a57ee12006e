import { useEffect, useRef, useState } from 'react'
import { type Alert, followAlerts, type Gap } from './alert-stream.ts'
import { ask } from './request.ts'
import { useLoad } from './use-load.ts'

const SHOWN_MAX = 200
/** However fast they come, eyes are served so often. */
const SHOW_MS = 500
/** More at once are a stream, in which none of them is news. */
const NEWS_MAX = 3

export type Entry = { isNews?: boolean } & ({ kind: 'alert'; alert: Alert } | { kind: 'gap'; gap: Gap })

export interface LiveAlerts {
  /** Newest first, without a hole that is not told; unset until they are known. */
  entries: Entry[] | undefined
  /** Came while the list was held still. */
  held: number
  state: 'connecting' | 'live' | 'reconnecting'
  error: Error | null
  reload: () => Promise<void>
}

/** The newest alerts, and each that comes. While paused the list stands still; what comes is shown afterwards. */
export function useAlerts(isPaused: boolean): LiveAlerts {
  const first = useLoad(ask('GET /api/v1/alerts', { query: { limit: 50 } }))
  const [entries, setEntries] = useState<Entry[]>()
  const [state, setState] = useState<LiveAlerts['state']>('connecting')
  const [held, setHeld] = useState(0)
  const came = useRef<{ entries: Entry[]; count: number }>({ entries: [], count: 0 })
  const known = first.data

  useEffect(() => {
    if (known === undefined) return
    came.current = { entries: [], count: 0 }
    setEntries(known.items.map((alert) => ({ kind: 'alert', alert })))
    const add = (entry: Entry) => {
      const { entries, count } = came.current
      came.current = { entries: newest([entry], entries), count: count + 1 }
    }
    return followAlerts(known.items[0]?.id ?? 0, {
      onAlert: (alert) => add({ kind: 'alert', alert }),
      onGap: (gap) => add({ kind: 'gap', gap }),
      onState: setState,
    })
  }, [known])

  useEffect(() => {
    function show() {
      const { entries: added, count } = came.current
      setHeld(isPaused ? count : 0)
      if (isPaused || count === 0) return
      came.current = { entries: [], count: 0 }
      const isNews = count <= NEWS_MAX
      setEntries((before = []) =>
        newest(
          added.map((entry) => ({ ...entry, isNews })),
          before,
        ),
      )
    }
    show()
    const timer = setInterval(show, SHOW_MS)
    return () => clearInterval(timer)
  }, [isPaused])

  return { entries, held, state, error: first.error, reload: first.reload }
}

function newest(added: Entry[], before: Entry[]): Entry[] {
  return [...added, ...before].slice(0, SHOWN_MAX)
}
