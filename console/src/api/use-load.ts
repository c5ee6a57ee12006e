import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answer, ApiRequest, Operation } from './request.ts'
import { call } from './session.ts'

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
}

/** Loads when the request changes, and when `When` says so. `null`: nothing yet. */
export function useLoad<Name extends Operation>(
  request: ApiRequest<Name> | null,
  { everyMs, stamp }: When = {},
): Loading<Answer<Name>> {
  const key = JSON.stringify(request)
  const [state, setState] = useState<{ key: string; data?: Answer<Name>; error: Error | null }>()
  const latest = useRef(0)

  const reload = useCallback(async () => {
    const wanted = JSON.parse(key) as ApiRequest<Name> | null
    if (wanted === null) return
    latest.current += 1
    const mine = latest.current
    try {
      const data = await call(wanted)
      if (mine === latest.current) setState({ key, data, error: null })
    } catch (error) {
      if (mine !== latest.current) return
      setState((before) => ({
        ...(before?.key === key && before.data !== undefined ? { data: before.data } : {}),
        key,
        error: error as Error,
      }))
    }
  }, [key])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says when.
  useEffect(() => {
    reload()
    const timer = everyMs === undefined ? undefined : setInterval(() => document.hidden || reload(), everyMs)
    return () => {
      latest.current += 1
      clearInterval(timer)
    }
  }, [reload, everyMs, stamp])

  const current = state?.key === key ? state : undefined
  return { data: current?.data, error: current?.error ?? null, reload }
}
