import { useSyncExternalStore } from 'react'
import { useFormat } from './format.ts'

const TICK_MS = 20_000
const listeners = new Set<() => void>()
let tick = 0
let timer: ReturnType<typeof setInterval> | undefined

/** How long ago, which grows while it is looked at. */
export function Moment({ at }: { at: string }) {
  const format = useFormat()
  useSyncExternalStore(onTick, () => tick)
  const date = new Date(at)
  return (
    <time dateTime={at} title={format.moment(date)}>
      {format.when(date)}
    </time>
  )
}

/** One clock for them all, stopped when there are none. */
function onTick(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    tick += 1
    for (const each of listeners) each()
  }, TICK_MS)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}
