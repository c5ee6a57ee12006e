import { useEffect, useState } from 'react'
import { ask } from './request.ts'
import { call, session } from './session.ts'

const LOOK_MS = 5_000
const PAGE = 100
/** So many are asked for at once at most; what lies before them stays unknown and is not taken for none. */
const PAGES_MAX = 10

interface Known {
  /** Epoch seconds, newest first. */
  times: number[]
  newest: number
  /** From then on each alert is known. */
  since: number
}

/** When alerts were raised in the last `seconds`, and since when that is known; null: not yet. */
export function useRecentAlerts(seconds: number): Known | null {
  const [known, setKnown] = useState<Known | null>(null)
  useEffect(() => {
    let isWanted = true
    let before: Known | null = null
    async function look() {
      if (document.hidden || session.state().phase !== 'signed-in') return
      const after = await readOn(before, Date.now() / 1000 - seconds)
      if (!isWanted) return
      before = after
      setKnown(after)
    }
    const quietly = () => look().catch(() => {})
    quietly()
    const timer = setInterval(quietly, LOOK_MS)
    return () => {
      isWanted = false
      clearInterval(timer)
    }
  }, [seconds])
  return known
}

/** From the newest back to what is known already, or to the beginning of the window. */
async function readOn(before: Known | null, start: number): Promise<Known> {
  const times: number[] = []
  let newest = before?.newest ?? 0
  let cursor: string | undefined
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await call(ask('GET /api/v1/alerts', { query: { limit: PAGE, ...(cursor && { cursor }) } }))
    for (const { id, created_at } of page.items) {
      const at = Date.parse(created_at) / 1000
      if (before !== null && id <= before.newest) {
        const kept = before.times.filter((time) => time >= start)
        return { times: [...times, ...kept], newest, since: Math.max(start, before.since) }
      }
      if (at < start) return { times, newest, since: start }
      times.push(at)
      newest = Math.max(newest, id)
    }
    if (page.next_cursor === null) return { times, newest, since: start }
    cursor = page.next_cursor
  }
  return { times, newest, since: times.at(-1) ?? start }
}
