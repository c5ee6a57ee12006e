import { setImmediate as nextTurn } from 'node:timers/promises'
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
/** Looked up with one question, before others may have their turn. */
const AT_ONCE_MAX = 500

/**
 * Ends what outlives the right that began it. The returned function is called with each one that begins: its right may have
 * gone while nobody watched it yet.
 */
export function createRightsWatch(
  watched: ReadonlySet<Watched>,
  { stillAllowed, onRecheck, closing }: Rights & { closing: AbortSignal },
): (begun: Watched) => void {
  const doubtful = new Set<Watched>()
  const look = oneAtATime(lookAtDoubtful, () => {})
  const timer = setInterval(doubtAll, LOOK_EVERY_MS)
  closing.addEventListener('abort', () => clearInterval(timer))
  onRecheck(doubtAll)

  function doubtAll(): void {
    for (const one of watched) doubtful.add(one)
    look()
  }

  async function lookAtDoubtful(): Promise<void> {
    while (doubtful.size > 0) {
      const some = [...doubtful.values().take(AT_ONCE_MAX)]
      for (const one of some) doubtful.delete(one)
      await endUnlessAllowed(some)
      await nextTurn()
    }
  }

  /** Where the answer is not to be had, it is no. */
  async function endUnlessAllowed(some: Watched[]): Promise<void> {
    const callers = [...new Set(some.map(({ caller }) => caller))]
    const allowed = await stillAllowed(callers).catch(() => new Set<Caller>())
    for (const one of some) if (!allowed.has(one.caller)) one.end()
  }

  return (begun) => {
    doubtful.add(begun)
    look()
  }
}
