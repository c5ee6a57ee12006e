import { useCallback, useEffect, useRef, useState } from 'react'
import { session } from './session.ts'

export interface Loading<T> {
  /** What came last, also while it is loaded anew and when that failed. */
  data: T | undefined
  error: Error | null
  reload: () => Promise<void>
}

export interface When {
  /** While the page is looked at. */
  everyMs?: number
  /** With a new one it is loaded anew. */
  stamp?: string | number
  /** Neither of them now: somebody reads what is there. */
  isHeld?: boolean
}

/** Reads what is wanted when that changes, and when `When` says so. `null`: nothing yet. `read` stays the same function. */
export function useReading<Wanted, T>(
  wanted: Wanted | null,
  read: (wanted: Wanted) => Promise<T>,
  { everyMs, stamp, isHeld = false }: When,
): Loading<T> & { put: (data: T) => void } {
  const key = JSON.stringify(wanted)
  const [state, setState] = useState<{ key: string; data?: T; error: Error | null }>()
  const latest = useRef(0)
  const heeded = useRef(stamp)
  if (!isHeld) heeded.current = stamp

  const put = useCallback(
    (data: T) => {
      latest.current += 1
      setState({ key, data, error: null })
    },
    [key],
  )
  const reload = useCallback(async () => {
    const parsed = JSON.parse(key) as Wanted | null
    if (parsed === null) return
    latest.current += 1
    const mine = latest.current
    try {
      const data = await read(parsed)
      if (mine === latest.current) setState({ key, data, error: null })
    } catch (error) {
      if (mine !== latest.current) return
      setState((before) => ({
        ...(before?.key === key && before.data !== undefined ? { data: before.data } : {}),
        key,
        error: error as Error,
      }))
    }
  }, [key, read])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when.
  useEffect(() => {
    reload()
    return () => {
      latest.current += 1
    }
  }, [reload, heeded.current])
  useEffect(() => {
    if (everyMs === undefined || isHeld) return
    const timer = setInterval(() => isLookedAt() && reload(), everyMs)
    return () => clearInterval(timer)
  }, [reload, everyMs, isHeld])

  const current = state?.key === key ? state : undefined
  return { data: current?.data, error: current?.error ?? null, reload, put }
}

/** Nobody looks at a window in the background, nor at a page whose session was ended. */
function isLookedAt(): boolean {
  return !document.hidden && session.state().phase === 'signed-in'
}
