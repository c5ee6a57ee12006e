import type { Clock } from '../../kit/clock.ts'

/** Where a look ended that found nothing. */
export interface Position {
  /** The last entries of the stream and of its `wake`; what comes after them is news. */
  stream: string
  wake: string
  /** When a lease or a delay ends next. */
  dueAt: number | null
}

interface Sleep {
  atMostMs: number
  signal: AbortSignal | undefined
}

const TIMER_MS_MAX = 2 ** 31 - 1

/**
 * Who waits for messages of a queue. A piece of news wakes one, and who then finds messages wakes the next: a thousand
 * sleepers cost no more looks than there are messages, and one. So whoever slept must look, even when its time is up.
 */
export function createSleepers({ clock }: { clock: Clock }) {
  const queues = new Map<string, { wakes: Set<() => void>; position: Position; timer?: NodeJS.Timeout }>()

  function wakeOne(queue: string): void {
    const wakes = queues.get(queue)?.wakes
    const [wake] = wakes ?? []
    if (wake === undefined) return
    wakes?.delete(wake)
    wake()
  }

  /** The position holds for all who sleep at the queue: when it was taken there was nothing to be had. */
  async function sleep(queue: string, position: Position, { atMostMs, signal }: Sleep): Promise<void> {
    const sleepers = queues.get(queue) ?? { wakes: new Set(), position }
    queues.set(queue, sleepers)
    const { promise: woken, resolve } = Promise.withResolvers<void>()
    const wake = () => resolve()
    sleepers.wakes.add(wake)
    sleepers.position = position
    clearTimeout(sleepers.timer)
    if (position.dueAt !== null) {
      const waitMs = Math.min(Math.max(0, position.dueAt - clock()), TIMER_MS_MAX)
      sleepers.timer = setTimeout(wakeOne, waitMs, queue)
    }
    const timer = setTimeout(wake, atMostMs)
    signal?.addEventListener('abort', wake)
    try {
      await woken
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      sleepers.wakes.delete(wake)
      if (sleepers.wakes.size === 0) clearTimeout(sleepers.timer)
    }
  }

  return {
    sleep,
    wakeOne,
    /** The queues that somebody slept at of late. */
    queues: (): string[] => [...queues.keys()],
    positionAt: (queue: string): Position | undefined => queues.get(queue)?.position,
    /** Queues that nobody sleeps at any more. */
    forgetDeserted(names: string[]): void {
      for (const queue of names) if (queues.get(queue)?.wakes.size === 0) queues.delete(queue)
    },
  }
}

export type Sleepers = ReturnType<typeof createSleepers>
