import { setImmediate as nextTurn } from 'node:timers/promises'
import { oneAtATime } from '../kit/one-at-a-time.ts'
import type { Caller } from './access.ts'

export interface Rights {
  /** May the caller go on? */
  stillAllowed: (caller: Caller) => Promise<boolean>
  /** Tells its listener whenever somebody's rights may have changed. */
  onRecheck: (listener: () => void) => void
}

interface Watched {
  caller: Caller
  end: () => void
}

/** Looks again without being told: a poke may be lost. */
const LOOK_EVERY_MS = 15_000
/** Callers looked up before others may have their turn. */
const AT_ONCE_MAX = 50

/** Ends what outlives the right that began it. The returned function watches a caller, and returns what ends the watch. */
export function createRightsWatch(closing: AbortSignal, { stillAllowed, onRecheck }: Rights) {
  const watched = new Set<Watched>()
  const look = oneAtATime(lookAtAll, () => {})
  const timer = setInterval(look, LOOK_EVERY_MS)
  closing.addEventListener('abort', () => clearInterval(timer))
  onRecheck(look)

  async function lookAtAll(): Promise<void> {
    const bySession = [...Map.groupBy(watched, ({ caller }) => caller.sessionId ?? caller).values()]
    while (bySession.length > 0) {
      await Promise.all(bySession.splice(0, AT_ONCE_MAX).map(endUnlessAllowed))
      await nextTurn()
    }
  }

  /** Streams of one session share their fate. Where the answer is not to be had, it is no. */
  async function endUnlessAllowed(ofOneSession: Watched[]): Promise<void> {
    const [{ caller }] = ofOneSession as [Watched]
    if (await stillAllowed(caller).catch(() => false)) return
    for (const { end } of ofOneSession) end()
  }

  return function watch(caller: Caller, end: () => void): () => void {
    const entry = { caller, end }
    watched.add(entry)
    // The right may have gone while nobody watched it yet.
    endUnlessAllowed([entry])
    return () => watched.delete(entry)
  }
}
