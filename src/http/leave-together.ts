import { AsyncLocalStorage } from 'node:async_hooks'

/** The first of a crowd must not wait for all of it. */
const TOGETHER_MAX = 64

/**
 * Answers that are ready in one turn of the event loop leave at its end, one behind the other. A write to a reader of the same
 * machine, such as a proxy, wakes it when it sleeps, and that costs more than all else of a small request; when writes
 * follow one another closely, the second finds it awake.
 */
export function createDeparture(): (leave: () => void) => void {
  let waiting: (() => void)[] = []

  function leaveTogether(): void {
    const leaving = waiting
    waiting = []
    for (const leave of leaving) leave()
  }

  // Not in the context of the request that happened to be the first.
  const outsideOfRequests = AsyncLocalStorage.snapshot()
  return (leave) => {
    if (waiting.length === 0) outsideOfRequests(setImmediate, leaveTogether)
    waiting.push(leave)
    if (waiting.length === TOGETHER_MAX) leaveTogether()
  }
}
