import { useEffect, useState } from 'react'
import { session } from './session.ts'

const SAMPLE_MS = 2_000
const SAMPLES_MAX = 150

export interface Rates {
  /** Epoch seconds. */
  at: number[]
  perSecond: number[]
}

/** From /metrics, which counts since the start of the process: the difference between two looks. */
export function useRequestRate(): Rates {
  const [samples, setSamples] = useState<{ at: number; count: number }[]>([])
  useEffect(() => {
    let isWanted = true
    async function sample() {
      if (document.hidden || session.state().phase !== 'signed-in') return
      const count = await countRequests().catch(() => null)
      if (count === null || !isWanted) return
      setSamples((before) => [...before, { at: Date.now() / 1000, count }].slice(-SAMPLES_MAX))
    }
    sample()
    const timer = setInterval(sample, SAMPLE_MS)
    return () => {
      isWanted = false
      clearInterval(timer)
    }
  }, [])
  const later = samples.slice(1)
  return {
    at: later.map(({ at }) => at),
    perSecond: later.map(({ at, count }, index) => {
      const before = samples[index] ?? { at, count }
      return Math.round(Math.max(0, (count - before.count) / Math.max(1, at - before.at)) * 10) / 10
    }),
  }
}

async function countRequests(): Promise<number> {
  const text = await (await fetch('/metrics')).text()
  const counts = text.matchAll(/^loggia_http_request_duration_seconds_count\{[^}]*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}
