import { useEffect, useState } from 'react'
import { type Alert, followAlerts, type Gap } from './alert-stream.ts'
import { ask } from './request.ts'
import { useLoad } from './use-load.ts'

const SHOWN_MAX = 200

export type Entry = { kind: 'alert'; alert: Alert } | { kind: 'gap'; gap: Gap }

export interface LiveAlerts {
  /** Newest first. */
  entries: Entry[]
  /** Came while the list was held still. */
  held: number
  state: 'connecting' | 'live' | 'reconnecting'
  error: Error | null
  reload: () => Promise<void>
}

/** The newest alerts, and each that comes. While paused the list stands still; what comes is shown afterwards. */
export function useAlerts(isPaused: boolean): LiveAlerts {
  const first = useLoad(ask('GET /api/v1/alerts', { query: { limit: 50 } }))
  const [live, setLive] = useState<Entry[]>([])
  const [state, setState] = useState<LiveAlerts['state']>('connecting')
  const [shown, setShown] = useState<Entry[]>([])
  const known = first.data
  const newest = known === undefined ? null : (known.items[0]?.id ?? 0)

  useEffect(() => {
    if (newest === null) return
    setLive([])
    const add = (entry: Entry) => setLive((before) => [entry, ...before].slice(0, SHOWN_MAX))
    return followAlerts(newest, {
      onAlert: (alert) => add({ kind: 'alert', alert }),
      onGap: (gap) => add({ kind: 'gap', gap }),
      onState: setState,
    })
  }, [newest])

  useEffect(() => {
    if (!isPaused) setShown(live)
  }, [live, isPaused])

  const older = (known?.items ?? []).map((alert): Entry => ({ kind: 'alert', alert }))
  return {
    entries: known === undefined ? [] : [...shown, ...older],
    held: isPaused ? live.length - shown.length : 0,
    state,
    error: first.error,
    reload: first.reload,
  }
}
