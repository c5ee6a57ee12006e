import { setImmediate as nextTurn } from 'node:timers/promises'
import { LoggiaError } from '../kit/errors.ts'
import { oneAtATime } from '../kit/one-at-a-time.ts'
import type { Caller } from './access.ts'

export interface Rights {
  /** Those of the callers that may go on. */
  stillAllowed: (callers: Caller[]) => Promise<Set<Caller>>
  /** Tells its listener whenever somebody's rights may have changed. */
  onRecheck: (listener: () => void) => void
}

/** What a right began. */
export interface Watched {
  readonly caller: Caller
  end(): void
}

/** Looks again without being told: a poke may be lost. */
const LOOK_EVERY_MS = 15_000
/** Looks again when there was no answer. */
const RETRY_MS = 1_000
/** What begins in this time is looked up together. */
const GATHER_MS = 100
/** Looked up with one question, before others may have their turn. */
const AT_ONCE_MAX = 500

/**
 * Ends what outlives the right that began it. The returned function is called with each one that begins: its right may have
 * gone while nobody watched it yet. While the database is away everything stays, for what is read from there does not come
 * either; it is asked again until it answers. Where it fails otherwise, the answer is no.
 */
export function createRightsWatch(
  watched: ReadonlySet<Watched>,
  { stillAllowed, onRecheck, closing }: Rights & { closing: AbortSignal },
): (begun: Watched) => void {
  const doubtful = new Set<Watched>()
  let next: NodeJS.Timeout | undefined
  const look = oneAtATime(lookAtDoubtful, () => lookIn(RETRY_MS))
  const timer = setInterval(doubtAll, LOOK_EVERY_MS)
  closing.addEventListener('abort', () => {
    clearInterval(timer)
    clearTimeout(next)
  })
  onRecheck(doubtAll)

  function lookIn(ms: number): void {
    if (closing.aborted) return
    next ??= setTimeout(() => {
      next = undefined
      look()
    }, ms)
  }

  function doubtAll(): void {
    for (const one of watched) doubtful.add(one)
    look()
  }

  async function lookAtDoubtful(): Promise<void> {
    while (doubtful.size > 0) {
      const some = [...doubtful.values().take(AT_ONCE_MAX)]
      // At once, for what is doubted anew while this goes on is looked at again.
      for (const one of some) doubtful.delete(one)
      const allowed = await allowedOf(some)
      for (const one of some) if (!allowed.has(one.caller)) one.end()
      await nextTurn()
    }
  }

  async function allowedOf(some: Watched[]): Promise<Set<Caller>> {
    try {
      return await stillAllowed([...new Set(some.map(({ caller }) => caller))])
    } catch (error) {
      if (!(error instanceof LoggiaError) || error.kind !== 'unavailable') return new Set()
      for (const one of some) if (watched.has(one)) doubtful.add(one)
      throw error
    }
  }

  return (begun) => {
    doubtful.add(begun)
    lookIn(GATHER_MS)
  }
}
